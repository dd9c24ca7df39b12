using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>KICK, NAMES, TOPIC.</summary>
internal static class ChannelCommands
{
    /// <summary>TOPIC channel [:topic].</summary>
    public static void Topic(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        if (network.FindChannelFor(user, message[0]) is not { } channel)
        {
            network.NoSuchChannel(user, message[0]);
            return;
        }

        IrcMembership? membership = user.In(channel);
        if (message.ParameterCount == 1)
        {
            SendTopic(network, user, channel);
            return;
        }

        if (membership is null && !user.May(IrcOperatorRights.Override))
        {
            network.NotOnChannel(user, channel);
        }
        else if (channel.Has(IrcChannelModes.TopicByOperators) && membership?.IsAtLeast(IrcMemberModes.HalfOperator) == false && !user.May(IrcOperatorRights.Override))
        {
            network.NotOperator(user, channel);
        }
        else
        {
            ReadOnlySpan<byte> topic = message[1][..IrcLineWriter.CharacterBoundary(message[1], network.Limits.TopicBytes)];
            network.Change(user, channel, new IrcChannelChange { SetsTopic = true, Topic = topic.IsEmpty ? null : topic.ToArray() });
        }
    }

    /// <summary>Tells a user a channel's topic.</summary>
    public static void SendTopic(IrcNetwork network, IrcUser user, IrcChannel channel)
    {
        if (channel.Topic is null)
        {
            network.Reply(user, IrcNumeric.RplNoTopic, channel.Name, "No topic is set"u8);
            return;
        }

        network.Reply(user, IrcNumeric.RplTopic, channel.Name, channel.Topic);
        network.Numeric(user, IrcNumeric.RplTopicWhoTime).Add(channel.Name).Add((byte)' ').Add(channel.TopicSetBy).Add((byte)' ').Add(channel.TopicSetAt.ToUnixTimeSeconds());
        network.Output.Reply();
    }

    /// <summary>NAMES channel{,channel}. <b>Spec</b>: RFC 2812 §3.2.5; without a channel it lists nothing, as servers of today do.</summary>
    public static void Names(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        var names = new List<byte[]>();
        foreach (ReadOnlySpan<byte> name in new IrcList(message[0]))
        {
            names.Add(name.ToArray());
        }

        network.ReplyAtLength(user, NamesOf(network, user, names.Count == 0 ? [[]] : names));
    }

    /// <summary>Tells a user who is in a channel, line by line.</summary>
    public static IEnumerable<bool> Names(IrcNetwork network, IrcUser user, IrcChannel channel)
    {
        // As they are now: who comes later is told by a JOIN, and who goes is left out.
        IrcMembership[] members = [.. channel.Members];
        int next = 0;
        while (next < members.Length && user.MayKnowOf(channel))
        {
            next = SendNames(network, user, channel, members, next);
            yield return true;
        }

        network.Reply(user, IrcNumeric.RplEndOfNames, channel.Name, "End of NAMES"u8);
        yield return true;
    }

    private static IEnumerable<bool> NamesOf(IrcNetwork network, IrcUser user, List<byte[]> names)
    {
        foreach (byte[] name in names)
        {
            if (network.FindChannelFor(user, name) is not { } channel)
            {
                network.Reply(user, IrcNumeric.RplEndOfNames, IrcReplies.Word(name), "End of NAMES"u8);
                yield return true;
                continue;
            }

            foreach (bool step in Names(network, user, channel))
            {
                yield return step;
            }
        }
    }

    // One line; gives the first member that is not in it.
    private static int SendNames(IrcNetwork network, IrcUser user, IrcChannel channel, IrcMembership[] members, int from)
    {
        bool seesAll = user.In(channel) is not null || user.May(IrcOperatorRights.Audit);
        bool withHosts = user.Has(IrcClientCapabilities.UserHostInNames);
        IrcLineWriter? line = null;
        int next = from;
        for (; next < members.Length; next++)
        {
            IrcUser member = members[next].User;
            if (members[next].HasLeft || (!seesAll && (member.Modes & IrcUserModes.Invisible) != 0))
            {
                continue;
            }

            // the prefixes, and a space
            if (line is not null && line.Room < (withHosts ? member.Source.Length : member.Nick.Length) + 6)
            {
                break;
            }

            line = line is null ? BeginNames(network, user, channel) : line.Add((byte)' ');
            IrcModeLetters.AddPrefixes(line, members[next].Modes, user.Has(IrcClientCapabilities.MultiPrefix));
            line.Add(withHosts ? member.Source.AsSpan(1, member.Source.Length - 2) : member.Nick);
        }

        if (line is not null)
        {
            network.Output.Reply();
        }

        return next;
    }

    /// <summary>KICK channel nickname{,nickname} [:reason].</summary>
    public static void Kick(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        if (network.FindChannelFor(user, message[0]) is not { } channel)
        {
            network.NoSuchChannel(user, message[0]);
            return;
        }

        IrcMembership? membership = user.In(channel);
        bool overrides = user.May(IrcOperatorRights.Override);
        if (membership is null && !overrides)
        {
            network.NotOnChannel(user, channel);
            return;
        }

        IrcMemberModes rank = overrides ? IrcMemberModes.Founder : membership!.Modes;
        if (rank < IrcMemberModes.HalfOperator)
        {
            network.NotOperator(user, channel);
            return;
        }

        ReadOnlySpan<byte> reason = message[2].IsEmpty ? user.Nick : message[2];
        reason = reason[..IrcLineWriter.CharacterBoundary(reason, network.Limits.KickBytes)];
        foreach (ReadOnlySpan<byte> nick in new IrcList(message[1]))
        {
            KickOne(network, user, channel, rank, nick, reason);
        }
    }

    private static void KickOne(IrcNetwork network, IrcUser user, IrcChannel channel, IrcMemberModes rank, ReadOnlySpan<byte> nick, ReadOnlySpan<byte> reason)
    {
        if (network.FindUser(nick) is not { } target)
        {
            network.NoSuchNick(user, nick);
        }
        else if (target.In(channel) is not { } kicked)
        {
            network.Numeric(user, IrcNumeric.ErrUserNotInChannel).Add(target.Nick).Add((byte)' ').Add(channel.Name).Add(" :They aren't on that channel"u8);
            network.Output.Reply();
        }
        else if (!Outranks(rank, kicked.Modes) && !ReferenceEquals(user, target))
        {
            network.NotOperator(user, channel);
        }
        else
        {
            network.Output.BeginUserLine(user).Add("KICK "u8).Add(channel.Name).Add((byte)' ').Add(target.Nick).Add(" :"u8).Add(reason);
            network.SendToChannel(channel);
            if (user.In(channel) is null)
            {
                network.Output.Reply();
            }

            network.Output.EndLine();
            channel.Remove(kicked);
            network.RemoveIfEmpty(channel);
        }
    }

    /// <summary>Says whether one rank may kick another: operators may kick operators; nobody kicks a higher one.</summary>
    private static bool Outranks(IrcMemberModes rank, IrcMemberModes other) =>
        rank >= IrcMemberModes.Operator ? Highest(rank) >= Highest(other) : other < IrcMemberModes.HalfOperator;

    private static int Highest(IrcMemberModes modes) => System.Numerics.BitOperations.Log2((uint)modes);

    private static IrcLineWriter BeginNames(IrcNetwork network, IrcUser user, IrcChannel channel) =>
        network.Numeric(user, IrcNumeric.RplNamReply).Add(channel.Has(IrcChannelModes.Secret) ? "@ "u8 : "= "u8).Add(channel.Name).Add(" :"u8);
}
