using System.Net;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Transports;

namespace Ropewalk.Chat.Tests.Irc.Network;

/// <summary>Who is kept out, and what it costs to find that out.</summary>
public sealed class ServerBansTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch;

    private readonly IrcServerBans _bans = new();

    [Theory]
    [InlineData("10.1.0.0/16", "10.1.2.3", true)]
    [InlineData("10.1.0.0/16", "::ffff:10.1.2.3", true)]
    [InlineData("10.1.0.0/16", "10.2.2.3", false)]
    [InlineData("10.1.2.3", "10.1.2.3", true)]
    [InlineData("2001:db8::/32", "2001:db8::7", true)]
    [InlineData("2001:db8::/32", "2001:db9::7", false)]
    public void NetworksAreFound(string mask, string address, bool isBanned)
    {
        Set(IrcServerBanKind.Address, mask);
        Set(IrcServerBanKind.Address, "192.0.2.0/24");
        Assert.Equal(isBanned ? mask : null, _bans.Find(IPAddress.Parse(address), Now)?.Mask);
        Assert.True(_bans.Remove(IrcServerBanKind.Address, mask));
        Assert.Null(_bans.Find(IPAddress.Parse(address), Now));
        Assert.Single(_bans.All);
    }

    [Fact]
    public void TwoSpellingsOfANetworkAreTwoBans()
    {
        Set(IrcServerBanKind.Address, "2001:db8::/32");
        Set(IrcServerBanKind.Address, "2001:0db8::/32");
        Assert.True(_bans.Remove(IrcServerBanKind.Address, "2001:DB8::/32"));
        Assert.Equal("2001:0db8::/32", _bans.Find(IPAddress.Parse("2001:db8::1"), Now)?.Mask);
    }

    [Fact]
    public void ABanEnds()
    {
        Set(IrcServerBanKind.Address, "10.0.0.1", Now.AddMinutes(2));
        Set(IrcServerBanKind.Address, "10.0.0.2", Now.AddMinutes(1));
        Assert.NotNull(_bans.Find(IPAddress.Parse("10.0.0.2"), Now));
        Assert.Null(_bans.Find(IPAddress.Parse("10.0.0.2"), Now.AddMinutes(1)));
        Assert.NotNull(_bans.Find(IPAddress.Parse("10.0.0.1"), Now.AddMinutes(1)));
        Assert.Null(_bans.Find(IPAddress.Parse("10.0.0.1"), Now.AddMinutes(2)));
        Assert.Empty(_bans.All);
    }

    [Fact]
    public void ALookUpAllocatesNothing()
    {
        for (int i = 0; i < 5000; i++)
        {
            Set(IrcServerBanKind.Mask, $"bad{i}!*@*.example");
            Set(IrcServerBanKind.Address, $"10.{i / 250}.{i % 250}.0/24");
        }

        var user = new IrcUser(new NoLink(), new IrcPeer(IPAddress.Parse("192.0.2.1"), false, null, new IrcConnectionClass()) { IsCloaked = true }, "cloak"u8.ToArray(), Now);
        user.SetNick("somebody"u8.ToArray());
        Assert.Null(_bans.Find(user, Now));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
        {
            _bans.Find(user, Now);
        }

        // the walk over the lengths, and nothing for each ban
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10 * 1024);
    }

    private void Set(IrcServerBanKind kind, string mask, DateTimeOffset? until = null) => _bans.Set(new IrcServerBan(kind, mask, "because", "oper", Now, until));

    private sealed class NoLink : IIrcLink
    {
        public long QueuedBytes => 0;

        public bool TrySend(SharedBytes bytes) => true;

        public void Close(string reason, bool atOnce)
        {
        }
    }
}
