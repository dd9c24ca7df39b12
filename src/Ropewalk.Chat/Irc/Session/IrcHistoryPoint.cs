using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is a place in the history of a channel: a message, or a time. <b>Shape</b>: <c>msgid=…</c> or <c>timestamp=…</c>. <b>Spec</b>: IRCv3 chathistory.</summary>
public readonly record struct IrcHistoryPoint
{
    private readonly string? _text;

    private IrcHistoryPoint(string text) => _text = text;

    /// <summary>Makes the place of a message.</summary>
    /// <exception cref="FormatException">The id could not be sent.</exception>
    public static IrcHistoryPoint OfMessage(string messageId)
    {
        ArgumentException.ThrowIfNullOrEmpty(messageId);
        return messageId.AsSpan().IndexOfAny(" \r\n\0") < 0 ? new IrcHistoryPoint("msgid=" + messageId) : throw new FormatException("The id of a message holds a space, CR, LF or NUL.");
    }

    /// <summary>Makes the place of a time.</summary>
    public static IrcHistoryPoint At(DateTimeOffset time) => new("timestamp=" + IrcTime.Format(time));

    /// <summary>Gives the place as it is sent; <c>*</c> for none.</summary>
    public override string ToString() => _text ?? "*";
}
