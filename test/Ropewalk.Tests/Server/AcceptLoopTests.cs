using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Testing;
using Ropewalk.Transports.Sockets;

namespace Ropewalk.Tests.Server;

public sealed class AcceptLoopTests
{
    private readonly ScriptedTransport _transport = new();
    private readonly VirtualTime _time = new();
    private readonly RecordingLog _log = new();
    private readonly ConnectionServer _server;

    public AcceptLoopTests() =>
        _server = new ConnectionServer(new EndpointContext { StreamListeners = _transport, TimeProvider = _time, LoggerFactory = _log });

    [Fact]
    public async Task AConnectionThatWasLostInTheBacklogIsSkippedAtOnce()
    {
        _transport.Fails(new SocketException((int)SocketError.ConnectionAborted));
        _transport.Fails(new ConnectionResetException("", new SocketException((int)SocketError.ConnectionReset)));
        _transport.Fails(new SocketException((int)SocketError.NetworkUnreachable));
        ConnectionContext client = _transport.Connects();

        await using Listening listening = await ListenAsync();

        await ExpectServedAsync(client);
        Assert.Equal(3, listening.CaptureTotals().AcceptErrors);
        Assert.Equal(TimeSpan.Zero, _time.Elapsed);
        Assert.Equal(0, _log.Entries.Count(entry => entry.Level >= LogLevel.Warning));
    }

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets)]
    [InlineData(SocketError.NoBufferSpaceAvailable)]
    [InlineData((SocketError)12345)]
    public async Task AStarvedSystemIsAskedAgainAfterADelayAndLoggedOnce(SocketError error)
    {
        for (int i = 0; i < 5; i++)
        {
            _transport.Fails(new SocketException((int)error));
        }

        ConnectionContext client = _transport.Connects();
        await using Listening listening = await ListenAsync();

        for (int i = 1; i <= 5; i++)
        {
            await Eventually.HoldsAsync(() => _time.ArmedTimers > 0, "the loop waits");
            Assert.Equal(i, _transport.Accepts);
            Assert.True(listening.IsStarved);
            Assert.Equal(new ConnectionServerOptions().StarvedRetryDelay, _time.UntilNextTimer);
            _time.AdvanceToNextTimer();
        }

        await ExpectServedAsync(client);
        Assert.False(listening.IsStarved);
        Assert.Equal(1, _log.Count(1004));
        Assert.Contains("5 failed attempts", _log.TextOf(1005));
    }

    [Fact]
    public async Task DescriptorsAreNotUsedUpToTheLast()
    {
        int? left = null;
        var options = new ConnectionServerOptions { FindShortage = more => left is null || left > more ? null : $"{left} are left" };
        await using var server = new ConnectionServer(new EndpointContext { StreamListeners = _transport, TimeProvider = _time, LoggerFactory = _log }, options);
        await using Listening listening = await server.ListenAsync("tcp:0", ServeAsync);
        left = 0;
        for (int i = 0; i < 8; i++)
        {
            await ExpectServedAsync(_transport.Connects());
        }

        ConnectionContext waiting = _transport.Connects();
        await Eventually.HoldsAsync(() => listening.IsStarved && _time.ArmedTimers > 0, "the loop waits");
        Assert.Equal(8, _transport.Accepts);
        left = 1;
        _time.AdvanceToNextTimer();
        await Eventually.HoldsAsync(() => _time.ArmedTimers > 0, "the loop waits for more than one");
        Assert.Equal(8, _transport.Accepts);
        left = 9;
        _time.AdvanceToNextTimer();

        await ExpectServedAsync(waiting);
        Assert.False(listening.IsStarved);
        Assert.Contains("0 are left", _log.TextOf(1004));
        Assert.Equal(1, _log.Count(1005));
    }

    [Fact]
    public async Task AServerThatIsFullForLongSaysSoOnceAMinute()
    {
        await using Listening listening = await ListenAsync();
        for (int i = 0; i < 100; i++)
        {
            _transport.Fails(new SocketException((int)SocketError.TooManyOpenSockets));
            ConnectionContext client = _transport.Connects();
            await Eventually.HoldsAsync(() => _time.AdvanceToNextTimer(), "the loop waits");
            await ExpectServedAsync(client);
            _time.Advance(TimeSpan.FromMilliseconds(750));
        }

        Assert.Equal(2, _log.Count(1004));
        Assert.Equal(2, _log.Count(1005));
    }

    [Theory]
    [InlineData(100, 32)]
    [InlineData(40, 20)]
    [InlineData(1024, 128)]
    [InlineData(524288, 256)]
    [InlineData(long.MaxValue, 256)]
    public void WhatIsSpared(long limit, long spare) => Assert.Equal(spare, DescriptorHeadroom.SpareOf(limit));

    [Fact]
    public void ThisProcessHasEnough() => Assert.Null(DescriptorHeadroom.FindShortage(0));

    [Fact]
    public async Task TwoStarvationsAreLoggedTwice()
    {
        await using Listening listening = await ListenAsync();
        for (int i = 0; i < 2; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            _transport.Fails(new SocketException((int)SocketError.TooManyOpenSockets));
            ConnectionContext client = _transport.Connects();
            await Eventually.HoldsAsync(() => _time.AdvanceToNextTimer(), "the loop waits");
            await ExpectServedAsync(client);
        }

        Assert.Equal(2, _log.Count(1004));
        Assert.Equal(2, _log.Count(1005));
    }

    [Fact]
    public async Task LostConnectionsWithoutEndDoNotSpin()
    {
        for (int i = 0; i < 100; i++)
        {
            _transport.Fails(new SocketException((int)SocketError.ConnectionAborted));
        }

        await using Listening listening = await ListenAsync();

        await Eventually.HoldsAsync(() => listening.IsStarved, "the loop waits");
        Assert.InRange(_transport.Accepts, 2, 20);
    }

    [Fact]
    public async Task StoppingEndsTheWaitOfAStarvedLoop()
    {
        _transport.Fails(new SocketException((int)SocketError.TooManyOpenSockets));
        Listening listening = await ListenAsync();
        await Eventually.HoldsAsync(() => _time.ArmedTimers > 0, "the loop waits");

        await listening.StopAsync();

        Assert.True(_transport.IsUnbound);
        Assert.True(_transport.IsDisposed);
    }

    [Fact]
    public async Task AListenerThatIsDisposedByAnotherEndsTheLoopAndIsLogged()
    {
        await using Listening listening = await ListenAsync();
        _transport.Fails(new ObjectDisposedException("listener"));

        await listening.AcceptingEnded;

        Assert.Equal(1, _log.Count(1007));
    }

    [Fact]
    public async Task AListenerWithoutMoreConnectionsEndsTheLoopQuietly()
    {
        await using Listening listening = await ListenAsync();
        await _transport.UnbindAsync();

        await listening.AcceptingEnded;

        Assert.Equal(0, _log.Count(1007));
    }

    private async Task<Listening> ListenAsync() => await _server.ListenAsync("tcp:0", static connection => ServeAsync(connection));

    private static async Task ServeAsync(ConnectionContext connection)
    {
        await connection.Transport.Output.WriteAsync("hi"u8.ToArray());
    }

    private static async Task ExpectServedAsync(ConnectionContext client)
    {
        var read = await client.Transport.Input.ReadAtLeastAsync(2);
        Assert.Equal("hi"u8.ToArray(), read.Buffer.FirstSpan.ToArray());
        client.Transport.Input.AdvanceTo(read.Buffer.End);
    }
}
