namespace Ropewalk.Chat.Irc.Wire;

/// <summary>Is a request, or a reply, from client to client inside the text of a message.</summary>
/// <remarks><b>Shape</b>: <c>0x01 command [SPACE arguments] 0x01</c>; the last mark may be missing. It is a request in a <c>PRIVMSG</c> and a reply in a <c>NOTICE</c>.</remarks>
/// <param name="Command">The command, in capitals.</param>
/// <param name="Arguments">What follows it; empty for nothing.</param>
public readonly record struct IrcCtcp(string Command, string Arguments = "")
{
    private const char Mark = '\u0001';

    /// <summary>The command of what somebody does instead of says.</summary>
    public const string Action = "ACTION";

    /// <summary>Parses the text of a message; false if it is ordinary text.</summary>
    public static bool TryParse(string text, out IrcCtcp ctcp)
    {
        ArgumentNullException.ThrowIfNull(text);
        ctcp = default;
        if (text.Length < 2 || text[0] != Mark)
        {
            return false;
        }

        string inner = text[1..].TrimEnd(Mark);
        int space = inner.IndexOf(' ', StringComparison.Ordinal);
        string command = space < 0 ? inner : inner[..space];
        ctcp = new IrcCtcp(command.ToUpperInvariant(), space < 0 ? "" : inner[(space + 1)..]);
        return command.Length > 0;
    }

    /// <summary>Gives the text of a message that holds it.</summary>
    public override string ToString() => Arguments.Length == 0 ? $"{Mark}{Command}{Mark}" : $"{Mark}{Command} {Arguments}{Mark}";
}
