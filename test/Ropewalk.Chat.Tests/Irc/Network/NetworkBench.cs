using System.Text;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Chat.Tests.Irc.Server;
using Ropewalk.Transports;

namespace Ropewalk.Chat.Tests.Irc.Network;

/// <summary>Is a network without a server around it, and links that keep what is sent. What commands leave to be done is given back undone, as a failing store does.</summary>
internal sealed class NetworkBench
{
    public NetworkBench(Action<IrcNetworkOptions>? configure = null)
    {
        var options = new IrcNetworkOptions { ServerName = "irc.test", NetworkName = "Test" };
        options.Operators = [new IrcOperatorBlock { Name = "root", Account = "root", RequiresTls = false }];
        configure?.Invoke(options);
        Network = new IrcNetwork(options, new IrcSeed(1, new byte[32]), Now) { CanBeStopped = true };
    }

    public IrcNetwork Network { get; }

    public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public List<Link> Links { get; } = [];

    public Link Connect(IrcConnectionClass? connectionClass = null)
    {
        var link = new Link();
        link.User = Network.Connect(link, new IrcPeer(null, false, null, connectionClass ?? new IrcConnectionClass { MaxConnections = 1000 }), Now);
        Links.Add(link);
        return link;
    }

    public Link Register(string nick, IrcClientCapabilities capabilities = IrcClientCapabilities.None)
    {
        Link link = Connect();
        link.User.Capabilities = capabilities;
        Send(link, $"NICK {nick}");
        Send(link, $"USER {nick} 0 * :{nick}");
        link.Take();
        return link;
    }

    public void MakeOperator(Link link)
    {
        link.User.Account = "root"u8.ToArray();
        Send(link, "OPER root");
        link.User.Account = null;
        Assert.True(link.User.IsOperator);
        link.Take();
    }

    public void Send(Link link, string line) => Send(link, Encoding.UTF8.GetBytes(line));

    public void Send(Link link, byte[] line)
    {
        if (link.User.IsGone)
        {
            return;
        }

        Network.Receive(link.User, line, Now);
        while (Network.TryTakeWork(out IrcWork? work))
        {
            (work as IrcWork.KeepChannel)?.Prepare(Network);
            (work as IrcWork.KeepBan)?.Prepare(Network);

            Assert.False(Network.HasWork, "Two works of one command: " + Encoding.UTF8.GetString(line));
            link.Drain();
            Network.Complete(work!, Now);
        }

        // A connection that was closed is over soon.
        foreach (Link gone in Links.Where(one => one.User.IsGone).ToArray())
        {
            Network.Disconnect(gone.User, "Connection closed", Now);
            Links.Remove(gone);
        }
    }

    /// <summary>Holds the state against itself.</summary>
    public void CheckState()
    {
        foreach (IrcChannel channel in Network.Channels.Values)
        {
            CheckChannel(channel);
        }

        foreach (IrcUser user in Links.Select(link => link.User))
        {
            Assert.All(user.Channels, membership => Assert.Contains(membership, membership.Channel.Members));
            Assert.True(!user.HasNick || ReferenceEquals(Network.FindHolder(user.Nick), user), "A nickname that is not the holder's");
            Assert.All(user.Monitored ?? [], nick => Assert.Contains(user, Network.Monitors.Of(nick)));
        }

        Assert.Equal(Links.Count(link => link.User.IsRegistered), Network.Counts.Registered);
        Assert.Equal(Links.Count(link => !link.User.IsRegistered), Network.Counts.Unknown);
        Assert.Equal(Links.Count(link => link.User.IsRegistered && (link.User.Modes & IrcUserModes.Invisible) != 0), Network.Counts.Invisible);
        Assert.Equal(Links.Count(link => link.User.IsOperator), Network.Counts.Operators);
        Assert.Equal(Links.Count(link => link.User.HasNick), Network.Users.Count);
    }

    private void CheckChannel(IrcChannel channel)
    {
        Assert.True(channel.Members.Count > 0 || channel.Registration is not null, "An empty channel");
        Assert.Same(channel, Network.FindChannel(channel.Name));
        for (int i = 0; i < channel.Members.Count; i++)
        {
            Assert.Equal(i, channel.Members[i].Index);
            Assert.Same(channel, channel.Members[i].Channel);
            Assert.Contains(channel.Members[i], channel.Members[i].User.Channels);
            Assert.False(channel.Members[i].User.IsGone);
        }

        Assert.Equal(channel.Members.Count, channel.Members.Select(member => member.User).Distinct().Count());
        Assert.InRange(channel.Bans.Entries.Count, 0, Network.Limits.ListEntries);
        Assert.InRange(channel.History?.Count ?? 0, 0, Network.Limits.HistoryMessages);
    }

    internal sealed class Link : IIrcLink
    {
        private readonly List<byte[]> _sent = [];

        public IrcUser User { get; set; } = null!;

        public bool IsClosed { get; private set; }

        public bool IsFull { get; set; }

        /// <summary>Gets or sets what waits for the client: it reads when the server waits for it, and only then.</summary>
        public long QueuedBytes { get; set; }

        /// <summary>Gets the most that ever waited.</summary>
        public long MostQueuedBytes { get; private set; }

        public bool TrySend(SharedBytes bytes)
        {
            if (IsFull)
            {
                return false;
            }

            _sent.Add(bytes.Span.ToArray());
            QueuedBytes += bytes.Span.Length;
            MostQueuedBytes = Math.Max(MostQueuedBytes, QueuedBytes);
            return true;
        }

        public void Drain() => QueuedBytes = 0;

        public void Close(string reason, bool atOnce) => IsClosed = true;

        /// <summary>Takes what was sent, each line checked.</summary>
        public List<IrcMessage> Take()
        {
            Drain();
            byte[] all = [.. _sent.SelectMany(bytes => bytes)];
            _sent.Clear();
            var messages = new List<IrcMessage>();
            int start = 0;
            while (start < all.Length)
            {
                int end = all.AsSpan(start).IndexOf("\r\n"u8);
                Assert.True(end >= 0, "A line without an end");
                messages.Add(ReplyRules.Check(all[start..(start + end)]));
                start += end + 2;
            }

            return messages;
        }
    }
}
