using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Ropewalk.Diagnostics;
using Ropewalk.Security.Tls;
using Ropewalk.Sessions;
using Ropewalk.Tests.Security.Tls;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Sessions;

public sealed class SessionUpgradeTests
{
    [Fact]
    public async Task TheTransportIsExchangedBetweenTwoMessages()
    {
        var upgraded = new DuplexPipe();
        var handler = new LineHandler
        {
            Upgrade = async turn =>
            {
                await turn.FlushAsync();
                turn.Connection.Transport = upgraded.Near;
            },
        };
        await using var peer = new Peer(handler);
        await peer.SayAsync("STARTTLS\r\n");
        await peer.HearAsync("go\r\nSTARTTLS\r\n");
        await upgraded.Far.Output.WriteAsync("hidden\r\n"u8.ToArray());
        ReadResult read = await upgraded.Far.Input.ReadAtLeastAsync(8);
        Assert.Equal("hidden\r\n", Encoding.ASCII.GetString(read.Buffer));
        Assert.Equal(1, (await handler.Begun).Session.Upgrades);
        await peer.HearNothingAsync();
        await upgraded.Far.Output.CompleteAsync();
        await upgraded.Far.Input.CompleteAsync();
        Assert.Equal(ConnectionEndReason.Completed, (await handler.Ended).Reason);
        Assert.True((await handler.Begun).Session.EndReceived);
    }

    [Fact]
    public async Task InputBehindTheRequestIsRefused()
    {
        bool upgraded = false;
        var handler = new LineHandler
        {
            Upgrade = _ =>
            {
                upgraded = true;
                return default;
            },
        };
        await using var peer = new Peer(handler);
        await peer.SayAsync("STARTTLS\r\nslipped in\r\n");
        await peer.EndAsync();
        ConnectionEnd end = await handler.Ended;
        Assert.Equal((ConnectionEndReason.ProtocolViolation, ErrorSide.Remote), (end.Reason, end.Side));
        Assert.False(upgraded);
    }

    [Fact]
    public async Task AnUpgradeThatKeepsTheStreamKeepsTheInputBehindIt()
    {
        var handler = new LineHandler(new SessionOptions { AllowsInputBehindUpgrade = true }) { Upgrade = turn => turn.FlushAsync() };
        await using var peer = new Peer(handler);
        await peer.SayAsync("STARTTLS\r\nbehind\r\n");
        await peer.HearAsync("go\r\nSTARTTLS\r\nbehind\r\n");
    }

    [Fact]
    public async Task AHandlerThatDoesNotUpgradeSaysSo()
    {
        var handler = new LineHandler();
        await using var peer = new Peer(handler);
        await peer.SayAsync("STARTTLS\r\n");
        await Assert.ThrowsAsync<NotSupportedException>(() => peer.Serving);
    }

    [Fact]
    public async Task AnUpgradeThatForgetsTheGoAheadSaysSo()
    {
        var handler = new LineHandler { Upgrade = _ => default };
        await using var peer = new Peer(handler);
        await peer.SayAsync("STARTTLS\r\n");
        await Assert.ThrowsAsync<InvalidOperationException>(() => peer.Serving);
    }

    [Fact]
    public async Task ByDefaultItIsTls()
    {
        var handler = new LineHandler { Tls = TestCertificates.Server() };
        await using var peer = new Peer(handler);
        await peer.SayAsync("STARTTLS\r\n");
        await peer.HearAsync("go\r\nSTARTTLS\r\n");
        await peer.Connection.UpgradeToTlsAsync(TestCertificates.Client());
        await peer.SayAsync("hidden\r\nQUIT\r\n");
        await peer.HearEndAsync("hidden\r\nbye\r\nQUIT\r\n");
        await peer.EndAsync();
        Assert.Equal(ConnectionEndReason.Completed, (await handler.Ended).Reason);
        Assert.Equal(1, (await handler.Begun).Session.Upgrades);
    }

    [Fact]
    public async Task AFailedHandshakeIsAnEndAndNoException()
    {
        var handler = new LineHandler { Tls = TestCertificates.Server() };
        await using var peer = new Peer(handler);
        await peer.SayAsync("STARTTLS\r\n");
        await peer.HearAsync("go\r\nSTARTTLS\r\n");
        await peer.SayAsync("this is no ClientHello\r\n");
        Assert.Equal(ConnectionEndReason.HandshakeFailed, (await handler.Ended).Reason);
        await peer.Serving;
    }

    private sealed class DuplexPipe
    {
        private readonly Pipe _up = new();
        private readonly Pipe _down = new();

        public DuplexPipe()
        {
            Near = new End(_up.Reader, _down.Writer);
            Far = new End(_down.Reader, _up.Writer);
        }

        public IDuplexPipe Near { get; }

        public IDuplexPipe Far { get; }

        private sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;
    }
}
