using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>KICK, NAMES, TOPIC.</summary>
internal static class ChannelCommands
{
    /// <summary>TOPIC channel [:topic].</summary>
    public static void Topic(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        if (network.FindChannel(message[0]) is not { } channel)
        {
            network.NoSuchChannel(user, message[0]);
            return;
        }

        IrcMembership? membership = user.In(channel);
        if (message.ParameterCount == 1)
        {
            if (membership is null && channel.Has(IrcChannelModes.Secret) && !user.May(IrcOperatorRights.Audit))
            {
                network.NotOnChannel(user, channel);
            }
            else
            {
                SendTopic(network, user, channel);
            }

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

    /// <summary>NAMES channel. <b>Spec</b>: RFC 2812 §3.2.5; without a channel it lists nothing, as servers of today do.</summary>
    public static void Names(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        ReadOnlySpan<byte> name = message[0];
        int comma = name.IndexOf((byte)',');
        name = comma < 0 ? name : name[..comma];
        if (network.FindChannel(name) is { } channel && (!channel.Has(IrcChannelModes.Secret) || user.In(channel) is not null || user.May(IrcOperatorRights.Audit)))
        {
            SendNames(network, user, channel);
            return;
        }

        network.Reply(user, IrcNumeric.RplEndOfNames, IrcReplies.Word(name), "End of NAMES"u8);
    }

    /// <summary>Tells a user who is in a channel.</summary>
    public static void SendNames(IrcNetwork network, IrcUser user, IrcChannel channel)
    {
        bool seesAll = user.In(channel) is not null || user.May(IrcOperatorRights.Audit);
        bool withHosts = user.Has(IrcClientCapabilities.UserHostInNames);
        IrcLineWriter? line = null;
        IReadOnlyList<IrcMembership> members = channel.Members;
        for (int i = 0; i < members.Count; i++)
        {
            IrcUser member = members[i].User;
            if (!seesAll && (member.Modes & IrcUserModes.Invisible) != 0)
            {
                continue;
            }

            // the prefixes, and a space
            if (line is not null && line.Room < (withHosts ? member.Source.Length : member.Nick.Length) + 6)
            {
                network.Output.Reply();
                line = null;
            }

            line = line is null ? BeginNames(network, user, channel) : line.Add((byte)' ');
            IrcModeLetters.AddPrefixes(line, members[i].Modes, user.Has(IrcClientCapabilities.MultiPrefix));
            line.Add(withHosts ? member.Source.AsSpan(1, member.Source.Length - 2) : member.Nick);
        }

        if (line is not null)
        {
            network.Output.Reply();
        }

        network.Reply(user, IrcNumeric.RplEndOfNames, channel.Name, "End of NAMES"u8);
    }

    /// <summary>KICK channel nickname{,nickname} [:reason].</summary>
    public static void Kick(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        if (network.FindChannel(message[0]) is not { } channel)
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
