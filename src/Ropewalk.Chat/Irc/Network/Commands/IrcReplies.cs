using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Says what many commands say.</summary>
internal static class IrcReplies
{
    /// <summary>Begins a numeric: what is added follows the nickname and a space.</summary>
    public static IrcLineWriter Numeric(this IrcNetwork network, IrcUser user, int numeric) =>
        network.Output.BeginServerLine().AddNumeric(numeric).Add((byte)' ').Add(user.Nick).Add((byte)' ');

    /// <summary>Replies with a numeric.</summary>
    /// <param name="network">The network.</param>
    /// <param name="user">Who asked.</param>
    /// <param name="numeric">The numeric.</param>
    /// <param name="subject">What it is about, one or more words; empty for none.</param>
    /// <param name="text">The text behind the colon.</param>
    public static void Reply(this IrcNetwork network, IrcUser user, int numeric, ReadOnlySpan<byte> subject, ReadOnlySpan<byte> text)
    {
        IrcLineWriter line = network.Numeric(user, numeric);
        if (!subject.IsEmpty)
        {
            // What a client has sent may begin with a colon; echoed as a word of its own it would be read otherwise.
            line.Add(subject[0] == (byte)':' ? "*"u8 : subject).Add((byte)' ');
        }

        line.Add((byte)':').Add(text);
        network.Output.Reply();
    }

    /// <summary>Replies that nobody has this nickname.</summary>
    public static void NoSuchNick(this IrcNetwork network, IrcUser user, ReadOnlySpan<byte> nick) =>
        network.Reply(user, IrcNumeric.ErrNoSuchNick, Word(nick), "No such nick or channel"u8);

    /// <summary>Replies that there is no such channel.</summary>
    public static void NoSuchChannel(this IrcNetwork network, IrcUser user, ReadOnlySpan<byte> name) =>
        network.Reply(user, IrcNumeric.ErrNoSuchChannel, Word(name), "No such channel"u8);

    /// <summary>Says whether a user may know that a channel exists, and how it is set: everybody, unless it is secret; and operators who may join it anyway.</summary>
    public static bool MayKnowOf(this IrcUser user, IrcChannel channel) =>
        !channel.Has(IrcChannelModes.Secret) || user.In(channel) is not null || user.May(IrcOperatorRights.Audit) || user.May(IrcOperatorRights.Override);

    /// <summary>Finds a channel that a user may know of, or null: whoever asks for a secret one is told what is told of none.</summary>
    public static IrcChannel? FindChannelFor(this IrcNetwork network, IrcUser user, ReadOnlySpan<byte> name) =>
        network.FindChannel(name) is { } channel && user.MayKnowOf(channel) ? channel : null;

    /// <summary>Replies that the user is not in a channel.</summary>
    public static void NotOnChannel(this IrcNetwork network, IrcUser user, IrcChannel channel) =>
        network.Reply(user, IrcNumeric.ErrNotOnChannel, channel.Name, "You're not on that channel"u8);

    /// <summary>Replies that the user's rank in a channel does not do.</summary>
    public static void NotOperator(this IrcNetwork network, IrcUser user, IrcChannel channel) =>
        network.Reply(user, IrcNumeric.ErrChanOPrivsNeeded, channel.Name, "You're not a channel operator"u8);

    /// <summary>Replies with a standard reply. <b>Spec</b>: IRCv3 standard-replies.</summary>
    public static void Fail(this IrcNetwork network, IrcUser user, ReadOnlySpan<byte> command, ReadOnlySpan<byte> code, ReadOnlySpan<byte> context, ReadOnlySpan<byte> text) =>
        network.StandardReply("FAIL "u8, command, code, context, text);

    /// <summary>Replies with a standard reply that says that something has been done.</summary>
    public static void Note(this IrcNetwork network, IrcUser user, ReadOnlySpan<byte> command, ReadOnlySpan<byte> code, ReadOnlySpan<byte> context, ReadOnlySpan<byte> text) =>
        network.StandardReply("NOTE "u8, command, code, context, text);

    /// <summary>Begins a batch, where the user has asked for batches. <b>Spec</b>: IRCv3 batch.</summary>
    /// <param name="network">The network.</param>
    /// <param name="user">Who asked.</param>
    /// <param name="kind">The kind of batch, and its parameters.</param>
    /// <param name="parameter">One more parameter; empty for none.</param>
    /// <returns>The batch's reference, for <see cref="IrcOutput.SetInnerBatch"/> and for its end; null where there is no batch.</returns>
    public static byte[]? BeginBatch(this IrcNetwork network, IrcUser user, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> parameter = default)
    {
        if (!user.Has(IrcClientCapabilities.Batch))
        {
            return null;
        }

        byte[] batch = network.Output.NewBatchReference();
        network.Output.BeginServerLine().Add("BATCH +"u8).Add(batch).Add((byte)' ').Add(kind).Add(parameter.IsEmpty ? ""u8 : " "u8).Add(parameter);
        network.Output.Reply();
        return batch;
    }

    /// <summary>Ends a batch, if there is one.</summary>
    public static void EndBatch(this IrcNetwork network, byte[]? batch)
    {
        if (batch is not null)
        {
            network.Output.BeginServerLine().Add("BATCH -"u8).Add(batch);
            network.Output.Reply();
        }
    }

    /// <summary>Sends the user a notice of the server's.</summary>
    public static void Notice(this IrcNetwork network, IrcUser user, ReadOnlySpan<byte> text)
    {
        network.Output.BeginServerLine().Add("NOTICE "u8).Add(user.Nick).Add(" :"u8).Add(text);
        network.Output.SendTo(user);
    }

    /// <summary>Replies to a line that is no message.</summary>
    public static TimeSpan Refuse(this IrcNetwork network, IrcUser user, IrcViolation violation, ReadOnlySpan<byte> command)
    {
        switch (violation)
        {
            case IrcViolation.LineTooLong or IrcViolation.TagsTooLong:
                network.Reply(user, IrcNumeric.ErrInputTooLong, default, "Input line was too long"u8);
                break;
            case IrcViolation.HoldsNul or IrcViolation.BareCr:
                network.Fail(user, "*"u8, "MALFORMED_LINE"u8, default, violation == IrcViolation.BareCr ? "A CR that no LF follows"u8 : "A NUL inside a line"u8);
                break;
            default:
                // What is no command may be any bytes.
                ReadOnlySpan<byte> word = System.Text.Unicode.Utf8.IsValid(command) ? Word(command) : "*"u8;
                network.Reply(user, user.IsRegistered ? IrcNumeric.ErrUnknownCommand : IrcNumeric.ErrNotRegistered, word, user.IsRegistered ? "Not a command"u8 : "You have not registered"u8);
                break;
        }

        return IrcCommand.BrokenPenalty;
    }

    /// <summary>Gives a text as one word that can stand in the middle of a line.</summary>
    public static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> text) => text.IsEmpty || text[0] == (byte)':' || text.Contains((byte)' ') ? "*"u8 : text;

    private static void StandardReply(
        this IrcNetwork network, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> command, ReadOnlySpan<byte> code, ReadOnlySpan<byte> context, ReadOnlySpan<byte> text)
    {
        IrcLineWriter line = network.Output.BeginServerLine().Add(kind).Add(command).Add((byte)' ').Add(code).Add((byte)' ');
        if (!context.IsEmpty)
        {
            line.Add(context).Add((byte)' ');
        }

        line.Add((byte)':').Add(text);
        network.Output.Reply();
    }
}
