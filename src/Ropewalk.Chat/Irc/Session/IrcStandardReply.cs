using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is a standard reply. <b>Shape</b>: <c>FAIL|WARN|NOTE command code [context…] :description</c>. <b>Spec</b>: IRCv3 standard replies.</summary>
/// <param name="Severity"><c>FAIL</c>, <c>WARN</c> or <c>NOTE</c>.</param>
/// <param name="Command">The command that it is about, or <c>*</c>.</param>
/// <param name="Code">What happened, for programs.</param>
/// <param name="Context">What it happened to.</param>
/// <param name="Description">What happened, for people.</param>
public sealed record IrcStandardReply(string Severity, string Command, string Code, IReadOnlyList<string> Context, string Description)
{
    /// <summary>Reads a message; null if it is no standard reply.</summary>
    public static IrcStandardReply? Of(IrcMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Command is "FAIL" or "WARN" or "NOTE" && message.Parameters.Count >= 3
            ? new IrcStandardReply(message.Command, message[0].ToUpperInvariant(), message[1], [.. message.Parameters.Skip(2).SkipLast(1)], message.Last)
            : null;
    }
}
