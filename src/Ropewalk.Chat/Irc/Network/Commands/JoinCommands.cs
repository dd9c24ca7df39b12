using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>JOIN and PART.</summary>
internal static class JoinCommands
{
    /// <summary>JOIN channel{,channel} [key{,key}]; JOIN 0 leaves all.</summary>
    public static void Join(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        if (message[0].SequenceEqual("0"u8))
        {
            while (user.Channels.Count > 0)
            {
                Leave(network, user.Channels[^1], "Left all channels"u8);
            }

            return;
        }

        network.ReplyAtLength(user, JoinAll(network, user, Pairs(message)));
    }

    /// <summary>PART channel{,channel} [:reason].</summary>
    public static void Part(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        foreach (ReadOnlySpan<byte> name in new IrcList(message[0]))
        {
            if (network.FindChannelFor(user, name) is not { } channel)
            {
                network.NoSuchChannel(user, name);
            }
            else if (user.In(channel) is not { } membership)
            {
                network.NotOnChannel(user, channel);
            }
            else
            {
                Leave(network, membership, message[1]);
            }
        }
    }

    /// <summary>Takes a member out of a channel, and tells the channel.</summary>
    public static void Leave(IrcNetwork network, IrcMembership membership, ReadOnlySpan<byte> reason)
    {
        IrcLineWriter line = network.Output.BeginUserLine(membership.User).Add("PART "u8).Add(membership.Channel.Name);
        if (!reason.IsEmpty)
        {
            line.Add(" :"u8).Add(reason);
        }

        network.SendToChannel(membership.Channel);
        network.Output.EndLine();
        membership.Channel.Remove(membership);
        network.RemoveIfEmpty(membership.Channel);
    }

    // RFC 2812 §3.2.1: the first key is the first channel's. So a place that is empty, in either list, is a place.
    private static List<(byte[] Name, byte[] Key)> Pairs(in IrcMessageView message)
    {
        var pairs = new List<(byte[] Name, byte[] Key)>();
        MemoryExtensions.SpanSplitEnumerator<byte> keys = message[1].Split((byte)',');
        foreach (Range range in message[0].Split((byte)','))
        {
            byte[] key = keys.MoveNext() ? message[1][keys.Current].ToArray() : [];
            if (!message[0][range].IsEmpty)
            {
                pairs.Add((message[0][range].ToArray(), key));
            }
        }

        return pairs;
    }

    // The names of many channels, or of a big one, are more than a send queue may hold.
    private static IEnumerable<bool> JoinAll(IrcNetwork network, IrcUser user, List<(byte[] Name, byte[] Key)> pairs)
    {
        foreach ((byte[] name, byte[] key) in pairs)
        {
            if (!IrcNames.IsChannel(name, network.Limits.ChannelNameBytes))
            {
                network.Reply(user, IrcNumeric.ErrBadChanMask, IrcReplies.Word(name), "Not a channel name"u8);
            }
            else if (JoinOne(network, user, name, key) is { } channel && !user.Has(IrcClientCapabilities.NoImplicitNames))
            {
                foreach (bool step in ChannelCommands.Names(network, user, channel))
                {
                    yield return step;
                }
            }

            yield return true;
        }
    }

    // Gives the channel, if the user is in it now and was not before.
    private static IrcChannel? JoinOne(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> name, ReadOnlySpan<byte> key)
    {
        IrcChannel? channel = network.FindChannel(name);
        if (channel is not null && user.In(channel) is not null)
        {
            return null;
        }

        if (user.Channels.Count >= network.Limits.ChannelsPerUser)
        {
            network.Reply(user, IrcNumeric.ErrTooManyChannels, name, "You have joined too many channels"u8);
            return null;
        }

        if (channel is null && network.Channels.Count >= network.Limits.Channels)
        {
            network.Reply(user, IrcNumeric.ErrTooManyChannels, name, "There are too many channels"u8);
            return null;
        }

        bool isNew = channel is null;
        if (channel is not null && !MayJoin(network, user, channel, key))
        {
            return null;
        }

        channel ??= network.AddChannel(name.ToArray());
        user.Invitations?.Remove(channel);
        IrcMembership membership = channel.Add(user);
        membership.Modes = isNew ? IrcMemberModes.Operator : RankOf(channel, user);
        Announce(network, membership, isNew);
        if (channel.Topic is not null)
        {
            ChannelCommands.SendTopic(network, user, channel);
        }

        return channel;
    }

    /// <summary>Tells a channel that somebody has joined.</summary>
    private static void Announce(IrcNetwork network, IrcMembership membership, bool isNew)
    {
        IrcUser user = membership.User;
        IrcChannel channel = membership.Channel;
        network.Output.BeginUserLine(user).Add("JOIN "u8).Add(channel.Name);
        network.SendToChannel(channel, without: IrcClientCapabilities.ExtendedJoin);
        network.Output.BeginUserLine(user).Add("JOIN "u8).Add(channel.Name).Add((byte)' ').Add(user.Account ?? "*"u8).Add(" :"u8).Add(user.RealName);
        network.SendToChannel(channel, with: IrcClientCapabilities.ExtendedJoin);
        if (user.Away is not null)
        {
            network.Output.BeginUserLine(user).Add("AWAY :"u8).Add(user.Away);
            network.SendToChannel(channel, except: user, with: IrcClientCapabilities.AwayNotify);
        }

        if (!isNew && membership.Modes != IrcMemberModes.None)
        {
            string letters = IrcModeLetters.Spell(membership.Modes);
            IrcLineWriter line = network.Output.BeginServerLine().Add("MODE "u8).Add(channel.Name).Add(" +"u8).Add(letters);
            foreach (char unused in letters)
            {
                line.Add((byte)' ').Add(user.Nick);
            }

            // Who has just joined reads it from the names, where it gets them.
            network.SendToChannel(channel, except: user.Has(IrcClientCapabilities.NoImplicitNames) ? null : user);
        }

        network.Output.EndLine();
    }

    public static IrcMemberModes RankOf(IrcChannel channel, IrcUser user) => channel.Registration?.RankOf(user) ?? IrcMemberModes.None;

    private static bool MayJoin(IrcNetwork network, IrcUser user, IrcChannel channel, ReadOnlySpan<byte> key)
    {
        // An invitation by somebody who may give one, and a rank of one's own, open all doors.
        if (user.May(IrcOperatorRights.Override)
            || RankOf(channel, user) >= IrcMemberModes.HalfOperator
            || user.Invitations?.Contains(channel) == true)
        {
            return true;
        }

        (int numeric, string reason) = Obstacle(user, channel, key);
        if (numeric == 0)
        {
            return true;
        }

        network.Numeric(user, numeric).Add(channel.Name).Add(" :"u8).Add(reason);
        network.Output.Reply();
        return false;
    }

    private static (int Numeric, string Reason) Obstacle(IrcUser user, IrcChannel channel, ReadOnlySpan<byte> key)
    {
        if (channel.IsBanned(user, mutesToo: false))
        {
            return (IrcNumeric.ErrBannedFromChan, "Cannot join channel (+b): you are banned");
        }

        bool isExpected = channel.InviteExceptions.Matches(user, mutesToo: false);
        if (channel.Has(IrcChannelModes.InviteOnly) && !isExpected)
        {
            return (IrcNumeric.ErrInviteOnlyChan, "Cannot join channel (+i): you must be invited");
        }

        if (channel.Has(IrcChannelModes.RegisteredOnly) && user.Account is null && !isExpected)
        {
            return (IrcNumeric.ErrNeedRegisteredNick, "Cannot join channel (+R): you must be logged in");
        }

        if (channel.Has(IrcChannelModes.SecureOnly) && !user.Peer.IsSecure)
        {
            return (489, "Cannot join channel (+z): you must use TLS");
        }

        if (channel.Key is not null && !channel.Key.AsSpan().SequenceEqual(key))
        {
            return (IrcNumeric.ErrBadChannelKey, "Cannot join channel (+k): wrong key");
        }

        return channel.Limit > 0 && channel.Members.Count >= channel.Limit ? (IrcNumeric.ErrChannelIsFull, "Cannot join channel (+l): it is full") : default;
    }
}
