using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>WHO, with the fields of WHOX.</summary>
internal static class WhoCommands
{
    /// <summary>WHO mask [%fields[,token]]. <b>Spec</b>: RFC 2812 §3.6.1; IRCv3 WHOX.</summary>
    public static void Who(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        // RFC 2812 §3.6.1: nothing, and "0", stand for all.
        byte[] mask = message[0].IsEmpty || message[0].SequenceEqual("0"u8) ? "*"u8.ToArray() : message[0].ToArray();
        var fields = IrcWhoFields.Parse(message[1]);
        int percent = message[1].IndexOf((byte)'%');
        bool onlyOperators = (percent < 0 ? message[1] : message[1][..percent]).SequenceEqual("o"u8);
        network.ReplyAtLength(user, Lines(network, user, mask, fields, onlyOperators));
    }

    // Each step sends one line.
    private static IEnumerable<bool> Lines(IrcNetwork network, IrcUser user, byte[] mask, IrcWhoFields fields, bool onlyOperators)
    {
        if (mask[0] == (byte)'#')
        {
            foreach (IrcMembership membership in MembersFor(network, user, mask))
            {
                if (!membership.User.IsGone && (!onlyOperators || membership.User.IsOperator))
                {
                    SendOne(network, user, membership.User, membership, fields);
                    yield return true;
                }
            }
        }
        else
        {
            foreach (IrcUser one in UsersFor(network, user, mask))
            {
                if (!one.IsGone && (!onlyOperators || one.IsOperator))
                {
                    SendOne(network, user, one, TellableChannel(user, one), fields);
                    yield return true;
                }
            }
        }

        network.Reply(user, IrcNumeric.RplEndOfWho, IrcReplies.Word(mask), "End of WHO"u8);
    }

    private static IrcMembership[] MembersFor(IrcNetwork network, IrcUser user, byte[] name)
    {
        if (network.FindChannelFor(user, name) is not { } channel)
        {
            return [];
        }

        bool seesAll = user.In(channel) is not null || user.May(IrcOperatorRights.Audit);
        return [.. channel.Members.Where(member => seesAll || (member.User.Modes & IrcUserModes.Invisible) == 0)];
    }

    private static IrcUser[] UsersFor(IrcNetwork network, IrcUser user, byte[] mask)
    {
        if (network.FindUser(mask) is { } exact)
        {
            return [exact];
        }

        if (!mask.AsSpan().ContainsAny((byte)'*', (byte)'?'))
        {
            return [];
        }

        return [.. network.Users.Values.Where(one => one.IsRegistered && Sees(user, one) && MatchesAny(mask, one))];
    }

    private static bool Sees(IrcUser user, IrcUser other) =>
        (other.Modes & IrcUserModes.Invisible) == 0 || ReferenceEquals(user, other) || user.May(IrcOperatorRights.Audit)
        || other.Channels.Exists(membership => user.In(membership.Channel) is not null);

    private static bool MatchesAny(byte[] mask, IrcUser user) =>
        IrcMask.Matches(mask, user.Nick) || IrcMask.Matches(mask, user.UserName) || IrcMask.Matches(mask, user.Host) || IrcMask.Matches(mask, user.RealName)
        || (user.Account is { } account && IrcMask.Matches(mask, account));

    // A channel that both are in, or else one that may be told.
    private static IrcMembership? TellableChannel(IrcUser user, IrcUser other) =>
        other.Channels.Find(membership => user.In(membership.Channel) is not null)
        ?? other.Channels.Find(membership => user.May(IrcOperatorRights.Audit)
            || (!membership.Channel.Has(IrcChannelModes.Secret) && (other.Modes & IrcUserModes.Invisible) == 0));

    private static void SendOne(IrcNetwork network, IrcUser user, IrcUser one, IrcMembership? membership, IrcWhoFields fields)
    {
        if (fields.IsExtended)
        {
            SendExtended(network, user, one, membership, fields);
            return;
        }

        IrcLineWriter line = network.Numeric(user, IrcNumeric.RplWhoReply).Add(membership?.Channel.Name ?? "*"u8).Add((byte)' ').Add(one.UserName).Add((byte)' ')
            .Add(one.Host).Add((byte)' ').Add(network.ServerName).Add((byte)' ').Add(one.Nick).Add((byte)' ');
        AddFlags(line, user, one, membership).Add(" :0 "u8).Add(one.RealName);
        network.Output.Reply();
    }

    private static IrcLineWriter AddFlags(IrcLineWriter line, IrcUser user, IrcUser one, IrcMembership? membership)
    {
        line.Add(one.Away is null ? (byte)'H' : (byte)'G').Add(one.IsOperator ? "*"u8 : default);
        IrcModeLetters.AddPrefixes(line, membership?.Modes ?? IrcMemberModes.None, user.Has(IrcClientCapabilities.MultiPrefix));
        return line.Add((one.Modes & IrcUserModes.Bot) != 0 ? "B"u8 : default);
    }

    private static void SendExtended(IrcNetwork network, IrcUser user, IrcUser one, IrcMembership? membership, IrcWhoFields fields)
    {
        IrcLineWriter line = network.Numeric(user, IrcNumeric.RplWhoSpcReply);
        bool isFirst = true;
        foreach (char field in IrcWhoFields.Order)
        {
            if (!fields.Has(field))
            {
                continue;
            }

            line.Add(isFirst ? ""u8 : " "u8);
            isFirst = false;
            AddField(network, line, user, one, membership, fields, field);
        }

        network.Output.Reply();
    }

    private static void AddField(IrcNetwork network, IrcLineWriter line, IrcUser user, IrcUser one, IrcMembership? membership, IrcWhoFields fields, char field)
    {
        _ = field switch
        {
            't' => line.Add(fields.Token),
            'c' => line.Add(membership?.Channel.Name ?? "*"u8),
            'u' => line.Add(one.UserName),
            'i' => line.Add(ReferenceEquals(user, one) || user.May(IrcOperatorRights.Audit) ? Address(one) : "255.255.255.255"u8),
            'h' => line.Add(one.Host),
            's' => line.Add(network.ServerName),
            'n' => line.Add(one.Nick),
            'f' => AddFlags(line, user, one, membership),
            'd' => line.Add((byte)'0'),
            'l' => line.Add((long)(network.Now - one.LastActive).TotalSeconds),
            'a' => line.Add(one.Account ?? "0"u8),
            'o' => line.Add("n/a"u8),
            _ => line.Add((byte)':').Add(one.RealName),
        };
    }

    private static ReadOnlySpan<byte> Address(IrcUser one) => one.Peer.RealHost.Length == 0 || one.Peer.RealHost[0] == (byte)':' ? "255.255.255.255"u8 : one.Peer.RealHost;
}
