using System.Globalization;
using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Reads the changes of one MODE of a channel: checks each, answers what is only a question, and gives the rest.</summary>
internal sealed class IrcModeParse(IrcNetwork network, IrcUser user, IrcChannel channel)
{
    // More than all letters there are, set and cleared; each may cost a line of reply.
    private const int MostLetters = 64;

    private readonly IrcChannelChange _change = new();
    private readonly IrcMemberModes _rank = user.May(IrcOperatorRights.Override) ? IrcMemberModes.Founder : user.In(channel)?.Modes ?? IrcMemberModes.None;
    private IrcChannelModes _flags = channel.Modes;
    private string _listed = "";
    private int _parameter = 2;
    private int _parameters;
    private bool _wasToldOfRank;

    /// <summary>Reads a message.</summary>
    public IrcChannelChange Parse(in IrcMessageView message)
    {
        bool isSet = true;
        foreach (byte letter in message[1][..Math.Min(message[1].Length, MostLetters)])
        {
            if (letter is (byte)'+' or (byte)'-')
            {
                isSet = letter == (byte)'+';
            }
            else
            {
                ParseOne(isSet, (char)letter, message);
            }
        }

        return _change;
    }

    private void ParseOne(bool isSet, char letter, in IrcMessageView message)
    {
        switch (letter)
        {
            case 'b' or 'e' or 'I':
                ParseMask(isSet, letter, Take(message));
                break;
            case 'q' or 'a' or 'o' or 'h' or 'v':
                ParseRank(isSet, letter, Take(message));
                break;
            case 'k':
                ParseKey(isSet, Take(message));
                break;
            case 'l':
                ParseLimit(isSet, isSet ? Take(message) : default);
                break;
            default:
                ParseFlag(isSet, letter);
                break;
        }
    }

    private ReadOnlySpan<byte> Take(in IrcMessageView message) =>
        _parameters++ < network.Limits.ModesPerCommand ? message[_parameter++] : default;

    private bool IsAllowed(IrcMemberModes atLeast)
    {
        if (_rank >= atLeast)
        {
            return true;
        }

        if (!_wasToldOfRank)
        {
            _wasToldOfRank = true;
            network.NotOperator(user, channel);
        }

        return false;
    }

    private void ParseFlag(bool isSet, char letter)
    {
        IrcChannelModes flag = IrcModeLetters.Channel(letter);
        if (flag is IrcChannelModes.None or IrcChannelModes.Registered)
        {
            ReadOnlySpan<byte> word = [letter is > ' ' and < (char)127 and not ':' ? (byte)letter : (byte)'?'];
            network.Reply(user, IrcNumeric.ErrUnknownMode, word, "is not a mode that you can set here"u8);
        }
        else if (IsAllowed(IrcMemberModes.Operator) && ((_flags & flag) != 0) != isSet)
        {
            _flags ^= flag;
            _change.Modes.Add(new IrcModeChange(isSet, letter));
        }
    }

    private void ParseKey(bool isSet, ReadOnlySpan<byte> key)
    {
        if (!IsAllowed(IrcMemberModes.Operator))
        {
            return;
        }

        if (!isSet)
        {
            if (channel.Key is not null)
            {
                _change.Modes.Add(new IrcModeChange(false, 'k', channel.Key));
            }
        }
        else if (key.IsEmpty || key.Length > network.Limits.KeyBytes || key[0] == (byte)':' || key.ContainsAny((byte)' ', (byte)','))
        {
            network.Reply(user, IrcNumeric.ErrInvalidKey, channel.Name, "Not a key"u8);
        }
        else
        {
            _change.Modes.Add(new IrcModeChange(true, 'k', key.ToArray()));
        }
    }

    private void ParseLimit(bool isSet, ReadOnlySpan<byte> text)
    {
        if (!IsAllowed(IrcMemberModes.Operator))
        {
            return;
        }

        if (!isSet)
        {
            if (channel.Limit > 0)
            {
                _change.Modes.Add(new IrcModeChange(false, 'l'));
            }
        }
        else if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit is > 0 and <= 1_000_000)
        {
            _change.Modes.Add(new IrcModeChange(true, 'l', Encoding.ASCII.GetBytes(limit.ToString(CultureInfo.InvariantCulture))));
        }
        else
        {
            Refuse('l', text, "Not a number of members"u8);
        }
    }

    private void ParseRank(bool isSet, char letter, ReadOnlySpan<byte> nick)
    {
        // A half operator gives voices; an operator, operators; only the founder makes admins and founders.
        IrcMemberModes needed = letter switch
        {
            'v' => IrcMemberModes.HalfOperator,
            'h' or 'o' => IrcMemberModes.Operator,
            _ => IrcMemberModes.Founder,
        };
        if (nick.IsEmpty)
        {
            Refuse(letter, nick, "A nickname is missing"u8);
            return;
        }

        IrcMembership? member = network.FindUser(nick) is { } target ? target.In(channel) : null;
        bool isOwnToLose = !isSet && member is not null && ReferenceEquals(member.User, user);
        if (!isOwnToLose && !IsAllowed(needed))
        {
            return;
        }

        if (network.FindUser(nick) is null)
        {
            network.NoSuchNick(user, nick);
        }
        else if (member is null)
        {
            network.Numeric(user, IrcNumeric.ErrUserNotInChannel).Add(nick).Add((byte)' ').Add(channel.Name).Add(" :They aren't on that channel"u8);
            network.Output.Reply();
        }
        else if ((_change.Modes.FindLast(mode => mode.Letter == letter && mode.Member == member)?.IsSet ?? (member.Modes & IrcModeLetters.Rank(letter)) != 0) != isSet)
        {
            _change.Modes.Add(new IrcModeChange(isSet, letter, Member: member));
        }
    }

    private void ParseMask(bool isSet, char letter, ReadOnlySpan<byte> mask)
    {
        if (mask.IsEmpty)
        {
            SendList(letter);
            return;
        }

        if (!IsAllowed(IrcMemberModes.HalfOperator))
        {
            return;
        }

        if (mask.Length > 200 || mask[0] == (byte)':' || mask.Contains((byte)' '))
        {
            Refuse(letter, mask, "Not a mask"u8);
            return;
        }

        byte[] whole = Complete(mask);
        IrcMaskList list = IrcChannelChanges.List(channel, letter);
        bool isThere = _change.Modes.FindLast(mode => mode.Letter == letter && IrcCaseMapping.Ascii.Equals(mode.Parameter, whole))?.IsSet
            ?? list.Entries.Any(entry => IrcCaseMapping.Ascii.Equals(entry.Mask, whole));
        if (isThere == isSet)
        {
            return;
        }

        if (isSet && list.Entries.Count + _change.Modes.Count(mode => mode.IsSet && mode.Letter == letter) >= network.Limits.ListEntries)
        {
            network.Numeric(user, IrcNumeric.ErrBanListFull).Add(channel.Name).Add((byte)' ').Add((byte)letter).Add(" :The list is full"u8);
            network.Output.Reply();
            return;
        }

        _change.Modes.Add(new IrcModeChange(isSet, letter, whole));
    }

    private static byte[] Complete(ReadOnlySpan<byte> mask)
    {
        if (mask.StartsWith("R:"u8))
        {
            return mask.ToArray();
        }

        return mask.StartsWith("m:"u8) ? [.. "m:"u8, .. Complete(mask[2..])] : IrcMask.Complete(mask);
    }

    private void SendList(char letter)
    {
        if (_listed.Contains(letter, StringComparison.Ordinal))
        {
            return;
        }

        _listed += letter;
        (int entryNumeric, int endNumeric) = letter switch
        {
            'b' => (IrcNumeric.RplBanList, IrcNumeric.RplEndOfBanList),
            'e' => (IrcNumeric.RplExceptList, IrcNumeric.RplEndOfExceptList),
            _ => (IrcNumeric.RplInvexList, IrcNumeric.RplEndOfInvexList),
        };
        bool isMember = user.In(channel) is not null || user.May(IrcOperatorRights.Audit);
        if (!isMember && channel.Has(IrcChannelModes.Secret))
        {
            network.NotOnChannel(user, channel);
            return;
        }

        foreach (IrcMaskEntry entry in IrcChannelChanges.List(channel, letter).Entries)
        {
            network.Numeric(user, entryNumeric).Add(channel.Name).Add((byte)' ').Add(entry.Mask).Add((byte)' ').Add(entry.SetBy).Add((byte)' ').Add(entry.SetAt.ToUnixTimeSeconds());
            network.Output.Reply();
        }

        network.Reply(user, endNumeric, channel.Name, "End of list"u8);
    }

    private void Refuse(char letter, ReadOnlySpan<byte> parameter, ReadOnlySpan<byte> text)
    {
        network.Numeric(user, IrcNumeric.ErrInvalidModeParam).Add(channel.Name).Add((byte)' ').Add((byte)letter).Add((byte)' ').Add(IrcReplies.Word(parameter)).Add(" :"u8).Add(text);
        network.Output.Reply();
    }
}
