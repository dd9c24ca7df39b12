using System.Net;
using System.Text;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Transports;

namespace Ropewalk.Chat.Tests.Irc.Network;

/// <summary>Relaying a line allocates nothing, whoever gets it in whatever spelling.</summary>
public sealed class RelayAllocationTests
{
    private const int Members = 200;
    private const int Lines = 20_000;

    [Theory]
    [InlineData(0)]
    [InlineData((int)(IrcClientCapabilities.Spelling | IrcClientCapabilities.EchoMessage))]
    public void ALineToAChannelAllocatesNothing(int spelling)
    {
        var capabilities = (IrcClientCapabilities)spelling;
        DateTimeOffset now = DateTimeOffset.UnixEpoch;
        var network = new IrcNetwork(new IrcNetworkOptions(), new IrcSeed(1, new byte[32]), now);
        var peer = new IrcPeer(IPAddress.Loopback, false, null, new IrcConnectionClass { MaxPerAddress = Members });
        List<IrcUser> users = [];
        for (int i = 0; i < Members; i++)
        {
            IrcUser user = network.Connect(new CountingLink(), peer, now);
            network.Receive(user, Encoding.ASCII.GetBytes($"NICK user{i}"), now);
            network.Receive(user, "USER u 0 * :A user"u8, now);
            network.Receive(user, "JOIN #x"u8, now);
            user.Capabilities = i % 2 == 0 ? capabilities : IrcClientCapabilities.None;
            users.Add(user);
        }

        network.FindChannel("#x"u8)!.Bans.TryAdd(new IrcMaskEntry("nobody!*@*"u8.ToArray(), "user0"u8.ToArray(), now));
        Relay(network, users, 2000, now);
        // Tests that run beside this one take from the same pool of shared bytes, which may be empty for a moment: a few objects of 1 KiB are theirs.
        long delivered = users.Sum(user => ((CountingLink)user.Link).Sent);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Relay(network, users, Lines, now);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Lines);
        int echoes = (capabilities & IrcClientCapabilities.EchoMessage) != 0 ? Lines / 2 : 0;
        Assert.Equal((Lines * (Members - 1)) + echoes, users.Sum(user => ((CountingLink)user.Link).Sent) - delivered);
    }

    private static void Relay(IrcNetwork network, List<IrcUser> users, int lines, DateTimeOffset now)
    {
        for (int i = 0; i < lines; i++)
        {
            network.Receive(users[i % Members], "PRIVMSG #x :a line of a text that people might say to each other here"u8, now + TimeSpan.FromMilliseconds(i));
        }
    }

    private sealed class CountingLink : IIrcLink
    {
        public int Sent { get; private set; }

        public long QueuedBytes => 0;

        public bool TrySend(SharedBytes bytes)
        {
            Sent++;
            return true;
        }

        public void Close(string reason, bool atOnce)
        {
        }
    }
}
