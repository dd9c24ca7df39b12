using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>INVITE and KNOCK.</summary>
internal static class InvitationCommands
{
    /// <summary>INVITE nickname channel; without parameters it lists one's own invitations.</summary>
    public static void Invite(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        if (message.ParameterCount == 0)
        {
            // A channel that is gone and was made again is another.
            foreach (IrcChannel invited in (user.Invitations ?? []).Where(invited => ReferenceEquals(network.FindChannel(invited.Name), invited)))
            {
                network.Numeric(user, IrcNumeric.RplInviteListEntry).Add(invited.Name);
                network.Output.Reply();
            }

            network.Reply(user, IrcNumeric.RplEndOfInviteList, default, "End of INVITE list"u8);
            return;
        }

        if (message.ParameterCount == 1)
        {
            network.Reply(user, IrcNumeric.ErrNeedMoreParams, "INVITE"u8, "Not enough parameters"u8);
            return;
        }

        if (network.FindUser(message[0]) is not { } guest)
        {
            network.NoSuchNick(user, message[0]);
        }
        else if (network.FindChannelFor(user, message[1]) is not { } channel)
        {
            network.NoSuchChannel(user, message[1]);
        }
        else
        {
            InviteTo(network, user, guest, channel);
        }
    }

    /// <summary>KNOCK channel [:text]: asks to be invited.</summary>
    public static void Knock(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        const int ErrKnockOnChannel = 714;
        const int ErrChannelOpen = 713;
        const int RplKnockDelivered = 711;
        if (network.FindChannelFor(user, message[0]) is not { } channel)
        {
            network.NoSuchChannel(user, message[0]);
        }
        else if (user.In(channel) is not null)
        {
            network.Reply(user, ErrKnockOnChannel, channel.Name, "You are there already"u8);
        }
        else if (!channel.Has(IrcChannelModes.InviteOnly) && channel.Key is null)
        {
            network.Reply(user, ErrChannelOpen, channel.Name, "The channel is open"u8);
        }
        else if (channel.IsBanned(user, mutesToo: true))
        {
            network.Reply(user, IrcNumeric.ErrBannedFromChan, channel.Name, "You are banned from it"u8);
        }
        else
        {
            foreach (IrcMembership member in channel.Members)
            {
                if (member.IsAtLeast(IrcMemberModes.HalfOperator))
                {
                    network.Numeric(member.User, IrcNumeric.RplKnock).Add(channel.Name).Add((byte)' ').Add(user.Source.AsSpan(1, user.Source.Length - 2)).Add(" :asks to be invited"u8);
                    network.Output.SendTo(member.User);
                }
            }

            network.Reply(user, RplKnockDelivered, channel.Name, "Your wish was passed on"u8);
        }
    }

    private static void InviteTo(IrcNetwork network, IrcUser user, IrcUser guest, IrcChannel channel)
    {
        if (user.In(channel) is not { } membership)
        {
            network.NotOnChannel(user, channel);
            return;
        }

        if (guest.In(channel) is not null)
        {
            network.Numeric(user, IrcNumeric.ErrUserOnChannel).Add(guest.Nick).Add((byte)' ').Add(channel.Name).Add(" :is on the channel already"u8);
            network.Output.Reply();
            return;
        }

        bool mayOpen = membership.IsAtLeast(IrcMemberModes.HalfOperator);
        if (channel.Has(IrcChannelModes.InviteOnly) && !mayOpen)
        {
            network.NotOperator(user, channel);
            return;
        }

        if (mayOpen)
        {
            Remember(network, guest, channel);
        }

        network.Numeric(user, IrcNumeric.RplInviting).Add(guest.Nick).Add((byte)' ').Add(channel.Name);
        network.Output.Reply();
        if (guest.Away is not null)
        {
            network.Reply(user, IrcNumeric.RplAway, guest.Nick, guest.Away);
        }

        network.Output.BeginUserLine(user).Add("INVITE "u8).Add(guest.Nick).Add((byte)' ').Add(channel.Name);
        network.Output.SendTo(guest);
        network.SendToChannel(channel, except: user, with: IrcClientCapabilities.InviteNotify, atLeast: IrcMemberModes.HalfOperator);
        network.Output.EndLine();
    }

    private static void Remember(IrcNetwork network, IrcUser guest, IrcChannel channel)
    {
        guest.Invitations ??= [];
        if (!guest.Invitations.Contains(channel))
        {
            guest.Invitations.Add(channel);
            if (guest.Invitations.Count > network.Limits.Invitations)
            {
                guest.Invitations.RemoveAt(0);
            }
        }
    }
}
