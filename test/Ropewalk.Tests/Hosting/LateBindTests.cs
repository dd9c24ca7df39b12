using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;

namespace Ropewalk.Tests.Hosting;

public sealed class LateBindTests : IAsyncDisposable
{
    private readonly EchoKind _kind = new();
    private readonly FailingListeners _listeners = new();
    private readonly ServiceRunner _runner;

    public LateBindTests() => _runner = new ServiceRunner(
        new EndpointContext { StreamListeners = _listeners }, new ServiceRunnerOptions { DrainTimeout = TimeSpan.FromSeconds(10) });

    public ValueTask DisposeAsync() => _runner.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhateverALateBindThrowsTheOldListenerIsTakenBack(bool isCancelled)
    {
        int port = FreePort();
        ServiceDefinition a = _kind.Define("a", new EchoOptions(), $"tcp:127.0.0.1:{port}");
        Assert.Empty((await _runner.ApplyAsync([a])).Errors);
        using LineClient client = await LineClient.ConnectAsync(_runner, "a");
        Assert.Equal("hello", await client.ReadAsync());

        using var cancel = new CancellationTokenSource();
        _listeners.WhenLate = () =>
        {
            if (!isCancelled)
            {
                throw new InvalidOperationException("a fault of the transport");
            }

            cancel.Cancel();
            cancel.Token.ThrowIfCancellationRequested();
        };
        Task<ReloadResult> applying = _runner.ApplyAsync([_kind.Define("a", new EchoOptions { Greeting = "never" }, $"tcp:0.0.0.0:{port}")], cancel.Token);
        Exception thrown = await Assert.ThrowsAnyAsync<Exception>(() => applying);
        Assert.Equal(isCancelled, thrown is OperationCanceledException);
        Assert.Equal(2, _listeners.WideBinds);

        using LineClient young = await LineClient.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        Assert.Equal("hello", await young.ReadAsync());
        Assert.Equal("x", await client.AskAsync("x"));
        Assert.Equal([a], _runner.Definitions);
        Assert.Equal([false, true], _kind.Made.Select(instance => instance.IsDisposed));
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Finds all addresses at once in use, and fails as it is told when it is asked for them again: that is the late bind.</summary>
    private sealed class FailingListeners : IConnectionListenerFactory
    {
        private readonly IConnectionListenerFactory _inner = new EndpointContext().StreamListeners;

        public Action WhenLate { get; set; } = () => { };

        public int WideBinds { get; private set; }

        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
        {
            if (endpoint is IPEndPoint { Address: var address } && address.Equals(IPAddress.Any))
            {
                if (++WideBinds == 1)
                {
                    throw new AddressInUseException("the narrow one is in the way");
                }

                WhenLate();
            }

            return _inner.BindAsync(endpoint, cancellationToken);
        }
    }
}
