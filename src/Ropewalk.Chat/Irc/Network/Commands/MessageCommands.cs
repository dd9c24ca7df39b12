using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>PRIVMSG, NOTICE, TAGMSG: what all of this is for.</summary>
internal static class MessageCommands
{
    private const byte Ctcp = 1;

    /// <summary>PRIVMSG target{,target} :text.</summary>
    public static void PrivMsg(IrcNetwork network, IrcUser user, in IrcMessageView message) => SendToTargets(network, user, message, IrcHistoryKind.PrivMsg);

    /// <summary>NOTICE target{,target} :text. <b>Spec</b>: RFC 1459 §4.4.2: errors are never answered.</summary>
    public static void Notice(IrcNetwork network, IrcUser user, in IrcMessageView message) => SendToTargets(network, user, message, IrcHistoryKind.Notice);

    /// <summary>TAGMSG target{,target}, with client's tags. <b>Spec</b>: IRCv3 message-tags.</summary>
    public static void TagMsg(IrcNetwork network, IrcUser user, in IrcMessageView message)
    {
        if (user.Has(IrcClientCapabilities.MessageTags))
        {
            SendToTargets(network, user, message, IrcHistoryKind.TagMsg);
        }
        else
        {
            network.Reply(user, IrcNumeric.ErrUnknownCommand, message.Command, "Ask for the capability message-tags first"u8);
        }
    }

    private static void SendToTargets(IrcNetwork network, IrcUser user, in IrcMessageView message, IrcHistoryKind kind)
    {
        if (message[0].IsEmpty || (message[1].IsEmpty && kind != IrcHistoryKind.TagMsg))
        {
            RefuseEmpty(network, user, message, kind);
            return;
        }

        user.LastActive = network.Now;
        int targets = 0;
        foreach (ReadOnlySpan<byte> target in new IrcList(message[0]))
        {
            if (++targets > network.Limits.MessageTargets)
            {
                network.Reply(user, IrcNumeric.ErrTooManyTargets, IrcReplies.Word(target), "Too many targets"u8);
                break;
            }

            SendToOne(network, user, target, message, kind);
        }

        if (network.ToKeep.Count > 0 && network.HasWork)
        {
            // One command leaves one thing to be done: a service was spoken to in the same breath.
            network.ToKeep.Clear();
            network.Reply(user, IrcNumeric.ErrTooManyTargets, default, "Speak to a service alone; the rest was not sent"u8);
        }
        else if (network.ToKeep.Count > 0)
        {
            network.Leave(new IrcWork.KeepMessages(user, [.. network.ToKeep]));
            network.ToKeep.Clear();
        }
    }

    /// <summary>Tells messages that are in the log now.</summary>
    public static void OnKept(IrcNetwork network, IrcWork.KeepMessages work)
    {
        IrcUser user = work.User;
        foreach (IrcKeptMessage message in work.Messages)
        {
            if (!work.IsDone)
            {
                if (!user.IsGone)
                {
                    CannotSend(network, user, message.Channel, message.Channel.Name, "Cannot send to channel: the message could not be stored, and was not sent"u8);
                }

                continue;
            }

            network.Counts.Messages++;
            IrcHistoryMessage kept = message.ToHistory();
            network.Keep(message.Channel, kept);
            BeginKept(network, message.Channel, kept, message.Account);
            network.SendToChannel(message.Channel, except: user);
            if (!user.IsGone)
            {
                Echo(network, user);
            }
        }
    }

    /// <summary>Begins the line of a message that was said before.</summary>
    /// <param name="network">The network.</param>
    /// <param name="channel">Where it was said.</param>
    /// <param name="message">The message.</param>
    /// <param name="account">The account that it was said under, or null.</param>
    public static void BeginKept(IrcNetwork network, IrcChannel channel, in IrcHistoryMessage message, byte[]? account)
    {
        network.Output.BeginBareLine().Add((byte)':').Add(message.Source).Add((byte)' ').Add(Name(message.Kind)).Add(channel.Name).Add(" :"u8).Add(message.Text);
        network.Output.SetOwnTime(message.Time);
        network.Output.SetMessageId(message.Id);
        network.Output.SetAccount(account, message.IsBot);
        network.Output.ClientTags.Add(message.ClientTags);
    }

    private static void RefuseEmpty(IrcNetwork network, IrcUser user, in IrcMessageView message, IrcHistoryKind kind)
    {
        if (kind == IrcHistoryKind.Notice)
        {
            return;
        }

        if (message[0].IsEmpty)
        {
            network.Reply(user, IrcNumeric.ErrNoRecipient, default, "No recipient given"u8);
        }
        else
        {
            network.Reply(user, IrcNumeric.ErrNoTextToSend, default, "No text to send"u8);
        }
    }

    private static void SendToOne(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> target, in IrcMessageView message, IrcHistoryKind kind)
    {
        IrcMemberModes rank = IrcModeLetters.RankOfPrefix(target[0]);
        ReadOnlySpan<byte> name = rank == IrcMemberModes.None ? target : target[1..];
        if (name.Length > 0 && name[0] == (byte)'#')
        {
            if (network.FindChannel(name) is { } channel)
            {
                SendToChannel(network, user, channel, name, rank, message, kind);
            }
            else if (kind != IrcHistoryKind.Notice)
            {
                network.NoSuchChannel(user, name);
            }
        }
        else if (network.FindUser(target) is { } recipient)
        {
            SendToUser(network, user, recipient, message, kind);
        }
        else if (IrcServices.Find(target) is { IsEmpty: false } service)
        {
            SendToService(network, user, service, message, kind);
        }
        else if (kind != IrcHistoryKind.Notice)
        {
            network.NoSuchNick(user, target);
        }
    }

    private static void SendToChannel(
        IrcNetwork network, IrcUser user, IrcChannel channel, ReadOnlySpan<byte> name, IrcMemberModes rank, in IrcMessageView message, IrcHistoryKind kind)
    {
        ReadOnlySpan<byte> obstacle = Obstacle(user, channel, message[1], rank);
        if (!obstacle.IsEmpty)
        {
            if (kind != IrcHistoryKind.Notice)
            {
                CannotSend(network, user, channel, name, obstacle);
            }

            return;
        }

        ReadOnlySpan<byte> id = network.MessageIds.Next();
        if (rank == IrcMemberModes.None && kind != IrcHistoryKind.TagMsg && network.Limits.HistoryMessages > 0)
        {
            if (network.KeepsHistory && channel.Registration is not null)
            {
                network.ToKeep.Add(ToKeep(network, user, channel, id, message, kind));
                return;
            }

            Keep(network, user, channel, id, message, kind);
        }

        Begin(network, user, kind, rank, channel.Name, message, id);
        network.SendToChannel(channel, except: user, with: Needed(kind), atLeast: rank);
        Echo(network, user);
    }

    // A secret channel without +n takes messages from outside like any other: +s hides that it is there, it does not shut it, and who was let in once and has left, or
    // was given the name, is meant to be heard. Whoever is refused hears what is said of a channel that is not there; else the refusal would tell that it is.
    private static void CannotSend(IrcNetwork network, IrcUser user, IrcChannel channel, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        if (user.MayKnowOf(channel))
        {
            network.Reply(user, IrcNumeric.ErrCannotSendToChan, channel.Name, text);
        }
        else
        {
            network.NoSuchChannel(user, name);
        }
    }

    private static void SendToUser(IrcNetwork network, IrcUser user, IrcUser recipient, in IrcMessageView message, IrcHistoryKind kind)
    {
        if ((recipient.Modes & IrcUserModes.RegisteredOnly) != 0 && user.Account is null && !ReferenceEquals(user, recipient) && !user.IsOperator)
        {
            Refuse(network, user, recipient, kind, "takes messages only from who is logged in (+R)"u8);
            return;
        }

        if ((recipient.Modes & IrcUserModes.NoCtcp) != 0 && IsCtcp(message[1]))
        {
            Refuse(network, user, recipient, kind, "takes no CTCP (+T)"u8);
            return;
        }

        Begin(network, user, kind, IrcMemberModes.None, recipient.Nick, message, network.MessageIds.Next());
        if (recipient.Has(Needed(kind)))
        {
            network.Output.SendTo(recipient);
        }

        if (!ReferenceEquals(user, recipient))
        {
            Echo(network, user);
        }

        if (recipient.Away is not null && kind == IrcHistoryKind.PrivMsg)
        {
            network.Reply(user, IrcNumeric.RplAway, recipient.Nick, recipient.Away);
        }
    }

    // A service is spoken to as anybody is, and so what it was told is echoed, before it answers. It takes no notice of notices: RFC 1459 §4.4.2.
    private static void SendToService(IrcNetwork network, IrcUser user, ReadOnlySpan<byte> service, in IrcMessageView message, IrcHistoryKind kind)
    {
        if (kind == IrcHistoryKind.PrivMsg && (network.HasWork || network.ToKeep.Count > 0))
        {
            // A command leaves one thing to be done; a service named twice would leave two.
            network.Reply(user, IrcNumeric.ErrTooManyTargets, service, "A service takes one message at a time"u8);
            return;
        }

        if (user.Has(IrcClientCapabilities.EchoMessage | Needed(kind)))
        {
            Begin(network, user, kind, IrcMemberModes.None, service, message, network.MessageIds.Next());
            Echo(network, user);
        }

        if (kind == IrcHistoryKind.PrivMsg)
        {
            IrcServices.Take(network, user, service, message[1]);
        }
    }

    private static void Begin(IrcNetwork network, IrcUser user, IrcHistoryKind kind, IrcMemberModes rank, ReadOnlySpan<byte> target, in IrcMessageView message, ReadOnlySpan<byte> id)
    {
        network.Counts.Messages++;
        IrcLineWriter line = network.Output.BeginUserLine(user).Add(Name(kind));
        IrcModeLetters.AddPrefixes(line, rank, all: false);
        line.Add(target);
        if (kind != IrcHistoryKind.TagMsg)
        {
            line.Add(" :"u8).Add(message[1]);
        }

        network.Output.SetMessageId(id);
        AddClientTags(network.Output.ClientTags, message.Tags);
    }

    /// <summary>Gives a kind's command, and the space behind it.</summary>
    public static ReadOnlySpan<byte> Name(IrcHistoryKind kind) => kind switch
    {
        IrcHistoryKind.PrivMsg => "PRIVMSG "u8,
        IrcHistoryKind.Notice => "NOTICE "u8,
        _ => "TAGMSG "u8,
    };

    // message-tags: of what a client sends, only its own tags are passed on.
    private static void AddClientTags(IrcBytes to, ReadOnlySpan<byte> tags)
    {
        var each = new IrcTagEnumerator(tags);
        while (each.MoveNext())
        {
            if (each.Key is [(byte)'+', ..] && IrcTag.IsKey(each.Key))
            {
                to.Add(to.Length == 0 ? ""u8 : ";"u8).Add(each.Whole);
            }
        }
    }

    private static void Echo(IrcNetwork network, IrcUser user)
    {
        if (user.Has(IrcClientCapabilities.EchoMessage))
        {
            network.Output.Reply();
        }

        network.Output.EndLine();
    }

    private static IrcKeptMessage ToKeep(IrcNetwork network, IrcUser user, IrcChannel channel, ReadOnlySpan<byte> id, in IrcMessageView message, IrcHistoryKind kind)
    {
        var tags = new IrcBytes(0);
        AddClientTags(tags, message.Tags);
        return new IrcKeptMessage
        {
            Channel = channel,
            ChannelRegistered = channel.Registration!.RegisteredAt,
            Time = network.Now,
            Kind = kind,
            IsBot = (user.Modes & IrcUserModes.Bot) != 0,
            Id = id.ToArray(),
            Source = user.Source[1..^1],
            Account = user.Account,
            ClientTags = tags.Span.ToArray(),
            Text = message[1].ToArray(),
        };
    }

    private static void Keep(IrcNetwork network, IrcUser user, IrcChannel channel, ReadOnlySpan<byte> id, in IrcMessageView message, IrcHistoryKind kind)
    {
        network.Keep(channel, new IrcHistoryMessage
        {
            Time = network.Now,
            Kind = kind,
            IsBot = (user.Modes & IrcUserModes.Bot) != 0,
            Id = id,
            Source = user.Source.AsSpan(1, user.Source.Length - 2),
            Account = user.Account,
            Text = message[1],
        });
    }

    private static ReadOnlySpan<byte> Obstacle(IrcUser user, IrcChannel channel, ReadOnlySpan<byte> text, IrcMemberModes rank)
    {
        IrcMembership? membership = user.In(channel);
        if (membership is null && (channel.Has(IrcChannelModes.NoOutside) || rank != IrcMemberModes.None) && !user.May(IrcOperatorRights.Override))
        {
            return "Cannot send to channel (+n): you are not in it"u8;
        }

        if (channel.Has(IrcChannelModes.NoCtcp) && IsCtcp(text))
        {
            return "Cannot send to channel (+C): no CTCP here"u8;
        }

        if (membership is not null && membership.Modes != IrcMemberModes.None)
        {
            return default;
        }

        if (channel.Has(IrcChannelModes.Moderated))
        {
            return "Cannot send to channel (+m): it is moderated"u8;
        }

        if (channel.Has(IrcChannelModes.RegisteredSpeak) && user.Account is null)
        {
            return "Cannot send to channel (+M): you must be logged in"u8;
        }

        return channel.IsBanned(user, mutesToo: true) ? "Cannot send to channel (+b): you are banned or muted"u8 : default;
    }

    private static bool IsCtcp(ReadOnlySpan<byte> text) => text.Length > 1 && text[0] == Ctcp && !text[1..].StartsWith("ACTION "u8);

    private static IrcClientCapabilities Needed(IrcHistoryKind kind) => kind == IrcHistoryKind.TagMsg ? IrcClientCapabilities.MessageTags : IrcClientCapabilities.None;

    private static void Refuse(IrcNetwork network, IrcUser user, IrcUser recipient, IrcHistoryKind kind, ReadOnlySpan<byte> text)
    {
        const int ErrCannotSendToUser = 531;
        if (kind != IrcHistoryKind.Notice)
        {
            network.Reply(user, ErrCannotSendToUser, recipient.Nick, text);
        }
    }
}
