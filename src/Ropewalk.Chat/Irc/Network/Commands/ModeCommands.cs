using System.Globalization;
using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>MODE, of channels and of oneself.</summary>
internal static class ModeCommands
{
    /// <summary>MODE target [modes {parameter}].</summary>
    public static void Mode(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        if (message[0].Length > 0 && message[0][0] == (byte)'#')
        {
            OfChannel(network, user, message);
        }
        else
        {
            OfUser(network, user, message);
        }
    }

    private static void OfUser(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        if (!IrcCaseMapping.Ascii.Equals(message[0], user.Nick))
        {
            if (network.FindUser(message[0]) is null)
            {
                network.NoSuchNick(user, message[0]);
            }
            else
            {
                network.Reply(user, IrcNumeric.ErrUsersDontMatch, default, "You can only look at and change your own modes"u8);
            }

            return;
        }

        if (message.ParameterCount == 1)
        {
            network.Numeric(user, IrcNumeric.RplUModeIs).Add((byte)'+').Add(IrcModeLetters.Spell(user.Modes));
            network.Output.Reply();
            return;
        }

        IrcUserModes before = user.Modes;
        bool isUnknown = ChangeOwn(network, user, message[1]);
        if (isUnknown)
        {
            network.Reply(user, IrcNumeric.ErrUModeUnknownFlag, default, "Unknown mode"u8);
        }

        TellOwn(network, user, before);
    }

    /// <summary>Tells a user how its modes have changed.</summary>
    public static void TellOwn(IrcNetwork network, IrcUser user, IrcUserModes before)
    {
        if (user.Modes == before)
        {
            return;
        }

        IrcLineWriter line = network.Output.BeginUserLine(user).Add("MODE "u8).Add(user.Nick).Add(" :"u8);
        if ((user.Modes & ~before) is not IrcUserModes.None and IrcUserModes set)
        {
            line.Add((byte)'+').Add(IrcModeLetters.Spell(set));
        }

        if ((before & ~user.Modes) is not IrcUserModes.None and IrcUserModes cleared)
        {
            line.Add((byte)'-').Add(IrcModeLetters.Spell(cleared));
        }

        network.Output.SendTo(user);
        network.Output.EndLine();
    }

    /// <summary>Takes from a user what made it an operator of the network.</summary>
    public static void Demote(IrcNetwork network, IrcUser user)
    {
        IrcUserModes before = user.Modes;
        IrcLeaving.Count(network, user, -1);
        user.Modes &= ~(IrcUserModes.Operator | IrcUserModes.ServerNotices);
        user.OperatorBlock = null;
        IrcLeaving.Count(network, user, 1);
        TellOwn(network, user, before);
    }

    private static bool ChangeOwn(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> letters)
    {
        bool isSet = true;
        bool isUnknown = false;
        IrcLeaving.Count(network, user, -1);
        foreach (byte letter in letters)
        {
            if (letter is (byte)'+' or (byte)'-')
            {
                isSet = letter == (byte)'+';
                continue;
            }

            IrcUserModes mode = IrcModeLetters.User((char)letter);
            isUnknown |= mode == IrcUserModes.None;
            // What must be earned can only be given back.
            bool isEarned = mode is IrcUserModes.Operator or IrcUserModes.LoggedIn || (mode == IrcUserModes.ServerNotices && !user.IsOperator);
            if (isSet && !isEarned)
            {
                user.Modes |= mode;
            }
            else if (!isSet && mode != IrcUserModes.LoggedIn)
            {
                user.Modes &= ~mode;
            }
        }

        if (!user.IsOperator)
        {
            user.OperatorBlock = null;
            user.Modes &= ~IrcUserModes.ServerNotices;
        }

        IrcLeaving.Count(network, user, 1);
        return isUnknown;
    }

    private static void OfChannel(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        if (network.FindChannelFor(user, message[0]) is not { } channel)
        {
            network.NoSuchChannel(user, message[0]);
            return;
        }

        if (message.ParameterCount == 1)
        {
            SendModes(network, user, channel);
            return;
        }

        var parse = new IrcModeParse(network, user, channel);
        IrcChannelChange change = parse.Parse(message);
        if (change.Modes.Count > 0)
        {
            network.Change(user, channel, change);
        }
    }

    /// <summary>Tells a user how a channel is set. The key is told to members only.</summary>
    private static void SendModes(IrcNetwork network, IrcUser user, IrcChannel channel)
    {
        IrcLineWriter line = network.Numeric(user, IrcNumeric.RplChannelModeIs).Add(channel.Name).Add(" +"u8).Add(IrcModeLetters.Spell(channel.Modes));
        line.Add(channel.Key is null ? ""u8 : "k"u8).Add(channel.Limit == 0 ? ""u8 : "l"u8);
        if (channel.Key is not null)
        {
            line.Add((byte)' ').Add(user.In(channel) is null ? "*"u8 : channel.Key);
        }

        if (channel.Limit > 0)
        {
            line.Add((byte)' ').Add(Encoding.ASCII.GetBytes(channel.Limit.ToString(CultureInfo.InvariantCulture)));
        }

        network.Output.Reply();
        network.Numeric(user, IrcNumeric.RplCreationTime).Add(channel.Name).Add((byte)' ').Add(channel.Created.ToUnixTimeSeconds());
        network.Output.Reply();
    }
}
