using Finger.Server;
using Finger.Session;
using Finger.Wire;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Finger.Tests.Server;

/// <summary>Limits, timeouts in virtual time, and how each connection ended.</summary>
public sealed class FingerServerTests
{
    [Fact]
    public async Task ADirectoryThatHangsIsGivenUp()
    {
        var time = new VirtualTime();
        var handler = new FingerServerHandler(new HangingDirectory(), new FingerServerOptions { TimeProvider = time });
        await PlayAsync(handler, "C: alice\nwait 29.9s\nwait 0.1s\nS: Finger answer timed out\nend S", time);
    }

    [Fact]
    public async Task TheListMayBeRefused()
    {
        var handler = new FingerServerHandler(Users.Directory, new FingerServerOptions { Limits = { AllowsList = false } });
        await PlayAsync(handler, "C:\nS: Finger online user list denied\nend S");
        await PlayAsync(handler, "C: alice\nS~ .*Alice.*\nend S");
    }

    [Fact]
    public async Task AllowedForwardingAsksTheRightmostHost()
    {
        var handler = new FingerServerHandler(Users.Directory, new FingerServerOptions { Limits = { AllowsForwarding = true }, Forwarder = new EchoForwarder() });
        await PlayAsync(handler, "C: /W foo@one@two\nS: two was asked /W foo@one\nend S");
        await PlayAsync(handler, "C: foo@down\nS: down: nobody there\nend S");
        await PlayAsync(handler, "C: foo@a@b@c@d@e\nS: Finger forwarding service denied: too many hosts\nend S");
    }

    [Fact]
    public void ForwardingWithoutAForwarderIsRefusedAtTheStart() =>
        Assert.Throws<ArgumentException>(() => new FingerServerHandler(Users.Directory, new FingerServerOptions { Limits = { AllowsForwarding = true } }));

    [Fact]
    public async Task EveryQueryIsAudited()
    {
        List<FingerServerEvent> audit = [];
        var handler = new FingerServerHandler(Users.Directory, new FingerServerOptions { Audit = (_, told) => audit.Add(told) });
        await PlayAsync(handler, "C: alice\nS~ .*\nend S");
        await PlayAsync(handler, "C: alice@x\nS~ .*\nend S");
        await PlayAsync(handler, "C: a b\nS~ .*\nend S");
        Assert.Equal(
            [
                new FingerServerEvent.Asked(FingerQuery.Parse("alice")),
                new FingerServerEvent.Refused(FingerQuery.Parse("alice@x"), "Finger forwarding service denied"),
                new FingerServerEvent.Broken(FingerViolation.MoreThanOneName),
            ],
            audit);
    }

    [Theory]
    [InlineData("alice\r\n", ConnectionEndReason.Completed)]
    [InlineData("alice@x\r\n", ConnectionEndReason.Completed)]
    [InlineData("alice bob\r\n", ConnectionEndReason.ProtocolViolation)]
    [InlineData("ali", ConnectionEndReason.ProtocolViolation)]
    public async Task AConnectionEndsForItsReason(string said, ConnectionEndReason reason)
    {
        (ConnectionContext client, ConnectionContext served) = ConnectionPair.Create();
        Task serving = new FingerServerHandler(Users.Directory).OnConnectedAsync(served);
        await client.Transport.Output.WriteAsync(System.Text.Encoding.ASCII.GetBytes(said));
        await client.Transport.Output.CompleteAsync();
        await serving.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(reason, served.Features.Get<IConnectionEndFeature>()!.End.Reason);
        await client.DisposeAsync();
        await served.DisposeAsync();
    }

    private static Task PlayAsync(FingerServerHandler handler, string transcript, VirtualTime? time = null) =>
        Transcript.Parse(transcript).PlayClientAsync(handler.OnConnectedAsync, Delivery.Whole, new TranscriptOptions { Time = time });

    private sealed class HangingDirectory : IFingerDirectory
    {
        public async ValueTask<string> ListAsync(bool isVerbose, CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return "";
        }

        public async ValueTask<string?> DescribeAsync(string userName, bool isVerbose, CancellationToken cancellationToken) => await ListAsync(isVerbose, cancellationToken);
    }

    private sealed class EchoForwarder : IFingerForwarder
    {
        public ValueTask<string> AskAsync(string host, FingerQuery query, CancellationToken cancellationToken) =>
            host == "down" ? throw new IOException("nobody there") : ValueTask.FromResult($"{host} was asked {query}");
    }
}
