using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Transports;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Tests.Server;

public sealed class ConnectionServerTests
{
    private readonly RecordingLog _log = new();

    /// <summary>The engine's sockets, the engine's memory, and a foreign factory that knows nothing of our features.</summary>
    public static TheoryData<string, string> Transports => new()
    {
        { "engine", "tcp:127.0.0.1:0" },
        { "engine", "mem:a" },
        { "foreign", "tcp:127.0.0.1:0" },
    };

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task EachConnectionIsServedAndEndsWhenItsHandlerReturns(string kind, string at)
    {
        EndpointContext context = Context(kind);
        await using var server = new ConnectionServer(context);
        Listening listening = await server.ListenAsync(at, EchoLineAsync);

        for (int i = 0; i < 3; i++)
        {
            await using ConnectionContext client = await ConnectAsync(context, listening);
            await SendAsync(client, "hello\n");
            Assert.Equal("hello\n", await ReadToEndAsync(client));
        }

        await Eventually.HoldsAsync(() => listening.ConnectionCount == 0, "all have ended");
        TrafficTotals totals = listening.CaptureTotals();
        Assert.Equal(3, totals.Accepted);
        Assert.Equal(0, totals.Live);
        Assert.Equal(3, totals.EndedBy(ConnectionEndReason.Completed));
        Assert.Equal(kind == "engine" ? 18 : 0, totals.ReceivedBytes);
    }

    [Theory]
    [InlineData("tcp:127.0.0.1:0")]
    [InlineData("mem:a")]
    public async Task ACallbackThatThrowsIsLoggedAndTheServerGoesOn(string at)
    {
        EndpointContext context = Context("engine");
        await using var server = new ConnectionServer(context);
        Listening listening = await server.ListenAsync(at, async connection =>
        {
            connection.ConnectionClosed.Register(() => throw new InvalidOperationException("a careless callback"));
            await EchoLineAsync(connection);
        });

        for (int i = 0; i < 2; i++)
        {
            await using ConnectionContext client = await ConnectAsync(context, listening);
            await SendAsync(client, "hello\n");
            Assert.Equal("hello\n", await ReadToEndAsync(client));
        }

        await Eventually.HoldsAsync(() => _log.Count(1013) == 2, "both callbacks are told");
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task AHandlerThatBlocksItsThreadBlocksNobodyElse(string kind, string at)
    {
        EndpointContext context = Context(kind);
        await using var server = new ConnectionServer(context);
        using var release = new ManualResetEventSlim();
        int calls = 0;
        Listening listening = await server.ListenAsync(at, connection =>
        {
            if (Interlocked.Increment(ref calls) == 1)
            {
                release.Wait(TestContext.Current.CancellationToken);
            }

            return EchoLineAsync(connection);
        });

        await using ConnectionContext blocked = await ConnectAsync(context, listening);
        await Eventually.HoldsAsync(() => calls == 1, "the first handler blocks");
        await using ConnectionContext other = await ConnectAsync(context, listening);
        await SendAsync(other, "hello\n");

        Assert.Equal("hello\n", await ReadToEndAsync(other));
        release.Set();
        await SendAsync(blocked, "late\n");
        Assert.Equal("late\n", await ReadToEndAsync(blocked));
    }

    [Fact]
    public async Task AFrontThatNeverEndsBlocksNobodyElse()
    {
        EndpointContext context = Context("engine");
        context.Schemes.Add(new FrontedScheme());
        await using var server = new ConnectionServer(context, new ConnectionServerOptions { DrainTimeout = TimeSpan.Zero });
        Listening listening = await server.ListenAsync("fronted:127.0.0.1:0", EchoLineAsync);

        await using ConnectionContext silent = await ConnectAsync(context, listening);
        await Eventually.HoldsAsync(() => listening.ConnectionCount == 1, "the silent one is in its front");
        await using ConnectionContext other = await ConnectAsync(context, listening);
        await SendAsync(other, "!hello\n");

        Assert.Equal("hello\n", await ReadToEndAsync(other));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task WhatAHandlerThrowsEndsItsConnectionOnly(string kind, string at)
    {
        EndpointContext context = Context(kind);
        await using var server = new ConnectionServer(context);
        int calls = 0;
        Listening listening = await server.ListenAsync(at, async connection =>
        {
            bool isFirst = Interlocked.Increment(ref calls) == 1;
            await EchoLineAsync(connection);
            _ = isFirst ? throw new InvalidOperationException("a fault") : true;
        });

        await using ConnectionContext failed = await ConnectAsync(context, listening);
        await SendAsync(failed, "hello\n");

        // a reset, never an orderly end: half an answer must not pass for a whole one
        await Assert.ThrowsAnyAsync<IOException>(() => ReadToEndAsync(failed));
        await using ConnectionContext other = await ConnectAsync(context, listening);
        await SendAsync(other, "hello\n");
        Assert.Equal("hello\n", await ReadToEndAsync(other));
        await Eventually.HoldsAsync(() => listening.CaptureTotals().EndedBy(ConnectionEndReason.HandlerFailed) == 1, "the end is counted");
        (LogLevel level, _, string text, Exception? exception) = Assert.Single(_log.Entries, entry => entry.Id == 1010);
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains(listening.Spec.ToString(), text);
        Assert.IsType<InvalidOperationException>(exception);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task APeersViolationIsNotAFaultAndItsAnswerIsSent(string kind, string at)
    {
        EndpointContext context = Context(kind);
        await using var server = new ConnectionServer(context);
        Listening listening = await server.ListenAsync(at, async connection =>
        {
            await SendAsync(connection, "500 no\n");
            throw new ProtocolException("nonsense", ErrorSide.Remote, ErrorScope.Connection);
        });

        await using ConnectionContext client = await ConnectAsync(context, listening);

        Assert.Equal("500 no\n", await ReadToEndAsync(client));
        await Eventually.HoldsAsync(() => listening.CaptureTotals().EndedBy(ConnectionEndReason.ProtocolViolation) == 1, "the end is counted");
        Assert.DoesNotContain(_log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task APeersResetIsNotAFault()
    {
        EndpointContext context = Context("engine");
        await using var server = new ConnectionServer(context);
        Listening listening = await server.ListenAsync("tcp:127.0.0.1:0", EchoLineAsync);
        ConnectionContext client = await ConnectAsync(context, listening);
        await Eventually.HoldsAsync(() => listening.ConnectionCount == 1, "it is served");

        client.Abort();

        await Eventually.HoldsAsync(() => listening.CaptureTotals().EndedBy(ConnectionEndReason.PeerReset) == 1, "the end is counted");
        Assert.DoesNotContain(_log.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task ASwapIsForNewConnectionsOnly(string kind, string at)
    {
        EndpointContext context = Context(kind);
        await using var server = new ConnectionServer(context);
        Listening listening = await server.ListenAsync(at, connection => AnswerAsync(connection, "old"));
        await using ConnectionContext first = await ConnectAsync(context, listening);
        await Eventually.HoldsAsync(() => listening.ConnectionCount == 1, "the first is served");

        await listening.SwapAsync(connection => AnswerAsync(connection, "new"));

        await using ConnectionContext second = await ConnectAsync(context, listening);
        await SendAsync(second, "?\n");
        await SendAsync(first, "?\n");
        Assert.Equal("new", await ReadToEndAsync(second));
        Assert.Equal("old", await ReadToEndAsync(first));
    }

    [Fact]
    public async Task LiveConnectionsAreListedOldestFirst()
    {
        EndpointContext context = Context("engine");
        await using var server = new ConnectionServer(context, new ConnectionServerOptions { DrainTimeout = TimeSpan.Zero });
        Listening listening = await server.ListenAsync("tcp:127.0.0.1:0", EchoLineAsync);
        var clients = new List<ConnectionContext>();
        for (int i = 0; i < 4; i++)
        {
            clients.Add(await ConnectAsync(context, listening));
            await Eventually.HoldsAsync(() => listening.ConnectionCount == clients.Count, "it is accepted");
        }

        Assert.Equal(clients.Select(client => client.LocalEndPoint), listening.ListConnections().Select(live => live.RemoteEndPoint));
        Assert.Equal(2, listening.ListConnections(most: 2).Count);

        // out of the middle, the front and the end
        foreach (int gone in (int[])[1, 0, 3])
        {
            await SendAsync(clients[gone], "x\n");
            await ReadToEndAsync(clients[gone]);
        }

        await Eventually.HoldsAsync(() => listening.ConnectionCount == 1, "three have ended");
        LiveConnection last = Assert.Single(listening.ListConnections());
        Assert.Equal(clients[2].LocalEndPoint, last.RemoteEndPoint);
        last.Abort(new ConnectionEnd(ConnectionEndReason.Aborted, ErrorSide.Local, "by hand"));
        await Eventually.HoldsAsync(() => listening.ConnectionCount == 0, "the last has ended");
        Assert.Equal(1, listening.CaptureTotals().EndedBy(ConnectionEndReason.Aborted));
    }

    [Fact]
    public async Task AStoppedServerListensNoMore()
    {
        var server = new ConnectionServer(Context("engine"));
        await server.StopAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => server.ListenAsync("mem:a", EchoLineAsync).AsTask());
    }

    [Fact]
    public async Task AListenThatFailsNamesTheEndpoint()
    {
        EndpointContext context = Context("engine");
        await using var server = new ConnectionServer(context);
        Listening first = await server.ListenAsync("tcp:127.0.0.1:0", EchoLineAsync);
        EndpointSpec taken = EndpointSpec.FromEndPoint(first.EndPoint);

        var inUse = await Assert.ThrowsAsync<EndpointException>(() => server.ListenAsync(taken, EchoLineAsync).AsTask());
        var elsewhere = await Assert.ThrowsAsync<EndpointException>(() => server.ListenAsync("tcp:192.0.2.1:0", EchoLineAsync).AsTask());

        Assert.Contains($"{taken}: the address is in use", inUse.Message);
        Assert.Contains("tcp:192.0.2.1:0: this machine does not have the address", elsewhere.Message);
        Assert.Single(server.Listenings);
    }

    [Fact]
    public async Task APipelineOfMiddlewareIsBuilt()
    {
        EndpointContext context = Context("engine");
        await using var server = new ConnectionServer(context);
        Listening listening = await server.ListenAsync("mem:a", pipeline => pipeline
            .Use(next => async connection =>
            {
                await SendAsync(connection, "before ");
                await next(connection);
            })
            .Run(connection => AnswerAsync(connection, "after")));

        await using ConnectionContext client = await ConnectAsync(context, listening);
        await SendAsync(client, "?\n");

        Assert.Equal("before after", await ReadToEndAsync(client));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task EachConnectionHasTheFeaturesThatTheServerNeeds(string kind, string at)
    {
        EndpointContext context = Context(kind);
        await using var server = new ConnectionServer(context);
        var seen = new TaskCompletionSource<(bool End, bool Notification)>();
        Listening listening = await server.ListenAsync(at, connection =>
        {
            seen.SetResult((connection.Features.Get<IConnectionEndFeature>() is not null, connection.Features.Get<IConnectionLifetimeNotificationFeature>() is not null));
            return Task.CompletedTask;
        });

        await using ConnectionContext client = await ConnectAsync(context, listening);

        Assert.Equal((true, true), await seen.Task);
    }

    internal static async Task SendAsync(ConnectionContext connection, string text) =>
        await connection.Transport.Output.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));

    internal static async Task<string> ReadToEndAsync(ConnectionContext connection)
    {
        var text = new System.Text.StringBuilder();
        while (true)
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            text.Append(System.Text.Encoding.UTF8.GetString(read.Buffer.ToArray()));
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return text.ToString();
            }
        }
    }

    internal static async Task EchoLineAsync(ConnectionContext connection)
    {
        while (true)
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            if (read.Buffer.PositionOf((byte)'\n') is not null || read.IsCompleted)
            {
                await connection.Transport.Output.WriteAsync(read.Buffer.ToArray());
                connection.Transport.Input.AdvanceTo(read.Buffer.End);
                return;
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static async Task AnswerAsync(ConnectionContext connection, string answer)
    {
        ReadResult read = await connection.Transport.Input.ReadAsync();
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        await SendAsync(connection, answer);
    }

    private static async Task<ConnectionContext> ConnectAsync(EndpointContext context, Listening listening) =>
        await context.ConnectAsync(EndpointSpec.FromEndPoint(listening.EndPoint));

    private EndpointContext Context(string kind) => new()
    {
        LoggerFactory = _log,
        StreamListeners = kind == "engine"
            ? new SocketTransport()
            : new SocketTransportFactory(Options.Create(new Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets.SocketTransportOptions()), NullLoggerFactory.Instance),
    };

    /// <summary>A scheme with a handshake: one byte that the front takes.</summary>
    private sealed class FrontedScheme : IEndpointScheme
    {
        public EndpointSyntax Syntax { get; } = new("fronted", EndpointShape.HostPort, []);

        public async ValueTask<EndpointListener> ListenAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken) =>
            new(await context.ListenTcpAsync(spec, cancellationToken), next => async connection =>
            {
                ReadResult read = await connection.Transport.Input.ReadAsync(CancellationToken.None);
                connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(1));
                await next(connection);
            });

        public ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken) =>
            context.ConnectTcpAsync(spec, cancellationToken);
    }
}
