using System.Text;
using Ropewalk.Chat.Irc.Network.Commands;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>
/// Is all that the clients of one server share: users, channels, what was said. It has one owner: one call at a time, each applied to its end.
/// </summary>
/// <remarks>
/// <para><b>Theory.</b> A line comes in with the user that sent it; the table of commands says which method applies it; what it causes is enqueued to links, which never
/// wait. What needs a store (a password, an account, a registered channel, a log) cannot be answered at once: the command leaves a <see cref="IrcWork"/>, the
/// owner does it while that user's further lines wait, and the result is applied by <see cref="Complete"/>. So a user's own commands keep their order and nobody waits for
/// another's disk.</para>
/// <para>Hot paths allocate nothing: names are found by spans, lines are built in one buffer, each spelling of a line is encoded once.</para>
/// </remarks>
internal sealed class IrcNetwork
{
    private readonly Dictionary<byte[], IrcUser> _users = new(IrcCaseMapping.Ascii);
    private readonly Dictionary<byte[], IrcChannel> _channels = new(IrcCaseMapping.Ascii);
    private readonly Queue<IrcWork> _work = new();
    private readonly List<(IrcUser User, string Reason)> _closing = [];
    private int _round;

    /// <summary>Creates a network without users.</summary>
    /// <param name="options">What it is set to.</param>
    /// <param name="seed">Draws what must differ from run to run: message ids, cloaks where no key is given.</param>
    /// <param name="now">The time.</param>
    public IrcNetwork(IrcNetworkOptions options, IrcSeed seed, DateTimeOffset now)
    {
        Options = options;
        Created = now;
        Now = now;
        ServerName = Encoding.ASCII.GetBytes(options.ServerName);
        NetworkName = Encoding.UTF8.GetBytes(options.NetworkName);
        Output = new IrcOutput(options.ServerName);
        MessageIds = new IrcMessageIds(seed.Run);
        Cloaks = new IrcCloaks(seed.CloakKey);
        Output.SetTime(now);
    }

    /// <summary>Gets what the network is set to.</summary>
    public IrcNetworkOptions Options
    {
        get;
        private set
        {
            field = value;
            FeatureLines = IrcWelcome.SpellFeatures(value);
        }
    }

    /// <summary>Gets what numeric 005 says, line by line.</summary>
    public byte[][] FeatureLines { get; private set; } = [];

    public IrcNetworkLimits Limits => Options.Limits;

    public byte[] ServerName { get; }

    public byte[] NetworkName { get; }

    public DateTimeOffset Created { get; }

    /// <summary>Gets the time of the call that is being applied.</summary>
    public DateTimeOffset Now { get; private set; }

    public IrcOutput Output { get; }

    public IrcMessageIds MessageIds { get; }

    public IrcCloaks Cloaks { get; }

    public IrcWhoWas WhoWas { get; } = new();

    public IrcMonitors Monitors { get; } = new();

    public IrcServerBans Bans { get; } = new();

    public IrcRegistrations Registrations { get; } = new();

    public IrcCounts Counts { get; } = new();

    public IrcAdmission Admission { get; } = new();

    public IrcAccountPace AccountPace { get; } = new();

    public IrcHistories Histories { get; } = new();

    /// <summary>Gets or sets whether the history of registered channels outlasts the server: then a message there is told when it is in the log.</summary>
    public bool KeepsHistory { get; set; }

    /// <summary>Gets or sets whether an operator can stop the server from here. Else there is no such command.</summary>
    public bool CanBeStopped { get; set; }

    /// <summary>Gets the messages of the present command that must be in the log before they are told.</summary>
    public List<IrcKeptMessage> ToKeep { get; } = [];

    /// <summary>Gets or sets whether the server is stopping: nobody is told who else leaves.</summary>
    public bool IsStopping { get; set; }

    /// <summary>Gets the registered users by nickname; those that only reserved a nickname too.</summary>
    public IReadOnlyDictionary<byte[], IrcUser> Users => _users;

    public IReadOnlyDictionary<byte[], IrcChannel> Channels => _channels;

    /// <summary>Exchanges what the network is set to, for channels that there are, too, and for those who are operators by what is no more; and tells what has changed for clients.</summary>
    public void Apply(IrcNetworkOptions options, DateTimeOffset now)
    {
        SetNow(now);
        IrcNetworkOptions before = Options;
        Options = options;
        Histories.Apply(Limits);
        foreach (IrcUser user in _users.Values.Where(user => user.OperatorBlock is not null).ToArray())
        {
            if (options.FindOperator(user.OperatorBlock!) is { } same)
            {
                user.OperatorBlock = same;
            }
            else
            {
                ModeCommands.Demote(this, user);
            }
        }

        CapabilityCommands.TellOfChanges(this, before);
        EndTurn(isPostponed: false);
    }

    /// <summary>Takes a new connection in.</summary>
    public IrcUser Connect(IIrcLink link, IrcPeer peer, DateTimeOffset now)
    {
        SetNow(now);
        byte[] host = peer switch
        {
            { Address: null } => "local"u8.ToArray(),
            { IsCloaked: true, Address: { } address } => Cloaks.Cloak(address),
            _ => peer.RealHost,
        };
        Counts.Unknown++;
        var user = new IrcUser(link, peer, host, Now);
        string? obstacle = Admission.TryAdmit(peer) ?? (Bans.Find(peer.Address, Now) is { } ban ? $"Banned: {ban.Reason}" : null);
        if (obstacle is not null)
        {
            Output.BeginResponse(user, Now, null);
            this.CloseWithError(user, Encoding.UTF8.GetBytes(obstacle));
            EndTurn(isPostponed: false);
        }

        return user;
    }

    /// <summary>Applies a line.</summary>
    /// <param name="user">Who sent it.</param>
    /// <param name="line">The line without its break. It is not kept.</param>
    /// <param name="now">The time.</param>
    /// <returns>What the command costs its sender.</returns>
    public TimeSpan Receive(IrcUser user, ReadOnlySpan<byte> line, DateTimeOffset now)
    {
        SetNow(now);
        IrcViolation violation = IrcMessageView.Decode(line, IrcLimits.ClientTagsBytes, out IrcMessageView message);
        if (violation == IrcViolation.None && message.Command.IsEmpty)
        {
            return IrcCommand.EmptyPenalty;
        }

        IrcLabel? label = null;
        if (user.Has(IrcClientCapabilities.LabeledResponse | IrcClientCapabilities.Batch)
            && IrcTagEnumerator.TryFind(message.Tags, "label"u8, out ReadOnlySpan<byte> value) && value.Length is > 0 and <= 64
            && System.Text.Unicode.Utf8.IsValid(value))
        {
            label = new IrcLabel(value.ToArray());
        }

        // What a call that failed has left is nobody's.
        _work.Clear();
        ToKeep.Clear();
        Output.BeginResponse(user, now, label);
        TimeSpan penalty = violation == IrcViolation.None ? IrcCommands.Apply(this, user, message) : this.Refuse(user, violation, message.Command);
        EndTurn(_work.Count > 0);
        return penalty;
    }

    /// <summary>Applies that a line was too long for anybody to hold: it has been skipped.</summary>
    public void ReceiveOverlong(IrcUser user, DateTimeOffset now)
    {
        SetNow(now);
        Output.BeginResponse(user, now, null);
        this.Refuse(user, IrcViolation.LineTooLong, default);
        EndTurn(isPostponed: false);
    }

    /// <summary>Applies that a client has been silent for too long. Its connection may take a while to end.</summary>
    public void TimeOut(IrcUser user, string reason, DateTimeOffset now)
    {
        SetNow(now);
        this.Remove(user, Encoding.UTF8.GetBytes(reason));
        EndTurn(isPostponed: false);
    }

    /// <summary>Applies that a connection is over, however it ended.</summary>
    public void Disconnect(IrcUser user, string reason, DateTimeOffset now)
    {
        SetNow(now);
        this.Remove(user, Encoding.UTF8.GetBytes(reason));
        Admission.Leave(user.Peer);
        EndTurn(isPostponed: false);
    }

    /// <summary>Gets whether the command that is being applied has left something to be done.</summary>
    public bool HasWork => _work.Count > 0;

    /// <summary>Takes what a command has left to be done.</summary>
    public bool TryTakeWork(out IrcWork? work) => _work.TryDequeue(out work);

    /// <summary>Leaves something to be done. <b>Call</b>: at most once per command.</summary>
    public void Leave(IrcWork work)
    {
        work.Label = Output.Label;
        _work.Enqueue(work);
    }

    /// <summary>Applies the result of what was left to be done.</summary>
    public void Complete(IrcWork work, DateTimeOffset now)
    {
        SetNow(now);
        if (work.User.IsGone)
        {
            work.Abandon(this);
            EndTurn(isPostponed: false);
            return;
        }

        Output.BeginResponse(work.User, now, work.Label);
        work.Apply(this);
        EndTurn(_work.Count > 0);
    }

    /// <summary>Applies the result of what was left to be done and took so long that its user goes on already.</summary>
    public void CompleteLate(IrcWork work, DateTimeOffset now)
    {
        SetNow(now);
        if (work.User.IsGone)
        {
            work.Abandon(this);
        }
        else
        {
            Output.BeginResponse(work.User, now, label: null);
            work.ApplyLate(this);
        }

        EndTurn(isPostponed: false);
    }

    /// <summary>Tells a user that what its command has left to be done is not done yet.</summary>
    public void TellOverdue(IrcWork work, DateTimeOffset now)
    {
        SetNow(now);
        Output.BeginResponse(work.User, now, work.Label);
        work.Label = null;
        this.Fail(work.User, "*"u8, "TEMPORARILY_UNAVAILABLE"u8, default, "The store does not answer; what you said is told when it does"u8);
        EndTurn(isPostponed: false);
    }

    /// <summary>Closes a user's connection when this call has been applied: its last words may still be on their way to it.</summary>
    public void CloseAtEndOfTurn(IrcUser user, string reason) => _closing.Add((user, reason));

    /// <summary>Finds a registered user, or null.</summary>
    public IrcUser? FindUser(ReadOnlySpan<byte> nick) =>
        _users.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(nick, out IrcUser? user) && user.IsRegistered ? user : null;

    /// <summary>Finds who has a nickname, registered or not, or null.</summary>
    public IrcUser? FindHolder(ReadOnlySpan<byte> nick) => _users.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(nick, out IrcUser? user) ? user : null;

    /// <summary>Finds a channel, or null.</summary>
    public IrcChannel? FindChannel(ReadOnlySpan<byte> name) => _channels.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out IrcChannel? channel) ? channel : null;

    /// <summary>Gives a user a nickname that nobody has.</summary>
    public void SetNick(IrcUser user, byte[] nick)
    {
        if (user.HasNick)
        {
            _users.Remove(user.Nick);
        }

        user.SetNick(nick);
        _users.Add(nick, user);
    }

    /// <summary>Frees a user's nickname.</summary>
    public void FreeNick(IrcUser user)
    {
        if (user.HasNick)
        {
            _users.Remove(user.Nick);
        }
    }

    /// <summary>Makes a channel.</summary>
    public IrcChannel AddChannel(byte[] name)
    {
        var channel = new IrcChannel(name, Now) { Modes = IrcModeLetters.ParseChannel(Options.NewChannelModes) };
        _channels.Add(name, channel);
        return channel;
    }

    /// <summary>Keeps a message in the history of a channel.</summary>
    public void Keep(IrcChannel channel, in IrcHistoryMessage message) => Histories.Add(channel, message, Limits);

    /// <summary>Takes a registered channel in, at the start of the server.</summary>
    public void Take(IrcChannelRegistration registration)
    {
        var channel = new IrcChannel(registration.Name, registration.RegisteredAt) { Registration = registration };
        IrcChannelChanges.Settle(this, channel);
        Restore(channel);
    }

    /// <summary>Takes from all access lists what an account got that is no more. In the store it goes with the next change, and at a start.</summary>
    public void ForgetAccess(byte[] account)
    {
        foreach (IrcChannel channel in _channels.Values)
        {
            channel.Registration = channel.Registration?.Without(account);
        }
    }

    /// <summary>Takes a channel back in that was forgotten while it was being registered, because all had left.</summary>
    public void Restore(IrcChannel channel) => _channels.TryAdd(channel.Name, channel);

    /// <summary>Forgets a channel if nobody is in it and nobody has registered it.</summary>
    public void RemoveIfEmpty(IrcChannel channel)
    {
        if (channel.Members.Count == 0 && channel.Registration is null && !channel.IsBeingRegistered)
        {
            _channels.Remove(channel.Name);
            Histories.Forget(channel);
        }
    }

    /// <summary>Sends the present line to all members of a channel.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="except">Who does not get it, or null.</param>
    /// <param name="with">What they must have asked for.</param>
    /// <param name="without">What they must not have asked for.</param>
    /// <param name="atLeast">The rank that they must have.</param>
    public void SendToChannel(
        IrcChannel channel,
        IrcUser? except = null,
        IrcClientCapabilities with = IrcClientCapabilities.None,
        IrcClientCapabilities without = IrcClientCapabilities.None,
        IrcMemberModes atLeast = IrcMemberModes.None)
    {
        IReadOnlyList<IrcMembership> members = channel.Members;
        for (int i = 0; i < members.Count; i++)
        {
            IrcUser user = members[i].User;
            if (!ReferenceEquals(user, except) && user.Has(with) && (user.Capabilities & without) == 0 && members[i].IsAtLeast(atLeast))
            {
                Output.SendTo(user);
            }
        }
    }

    /// <summary>Sends the present line to everybody who shares a channel with a user, once to each, and not to the user.</summary>
    public void SendToNeighbours(IrcUser user, IrcClientCapabilities with = IrcClientCapabilities.None, IrcClientCapabilities without = IrcClientCapabilities.None)
    {
        int round = BeginRound();
        user.MetInRound = round;
        foreach (IrcMembership own in user.Channels)
        {
            IReadOnlyList<IrcMembership> members = own.Channel.Members;
            for (int i = 0; i < members.Count; i++)
            {
                IrcUser neighbour = members[i].User;
                if (neighbour.MetInRound != round)
                {
                    neighbour.MetInRound = round;
                    if (neighbour.Has(with) && (neighbour.Capabilities & without) == 0)
                    {
                        Output.SendTo(neighbour);
                    }
                }
            }
        }
    }

    /// <summary>Begins a round of sending in which each user is met once.</summary>
    public int BeginRound() => ++_round;

    private void SetNow(DateTimeOffset now)
    {
        // What is told of times is told in milliseconds; history is searched by what was told.
        Now = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), now.Offset);
        Output.SetTime(Now);
    }

    private void EndTurn(bool isPostponed)
    {
        Output.EndLine();
        Output.EndResponse(isPostponed);
        foreach ((IrcUser user, string reason) in _closing)
        {
            user.Link.Close(reason, atOnce: false);
        }

        _closing.Clear();

        // A quit that is told to many may fill the next queue.
        while (Output.Overflown.Count > 0)
        {
            IrcUser slow = Output.Overflown[^1];
            Output.Overflown.RemoveAt(Output.Overflown.Count - 1);
            if (!slow.IsGone)
            {
                Counts.SendQueuesExceeded++;
                slow.Link.Close("SendQ exceeded", atOnce: true);
                this.Remove(slow, "SendQ exceeded"u8.ToArray());
            }
        }

        Output.EndLine();
    }
}
