namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Sends replies of any length without filling a send queue: some now, the rest when that has gone.</summary>
internal static class IrcLongReplies
{
    private const int LinesAtOnce = 500;

    /// <summary>Sends a reply whose lines are made one by one.</summary>
    /// <param name="network">The network.</param>
    /// <param name="user">Who asked.</param>
    /// <param name="lines">Each step sends one line, or has looked at something that needs none; between two steps anybody may have gone.</param>
    public static void ReplyAtLength(this IrcNetwork network, IrcUser user, IEnumerable<bool> lines) => GoOn(network, user, lines.GetEnumerator());

    /// <summary>Sends some more.</summary>
    public static void GoOn(IrcNetwork network, IrcUser user, IEnumerator<bool> lines)
    {
        for (int i = 0; i < LinesAtOnce; i++)
        {
            if (!lines.MoveNext())
            {
                lines.Dispose();
                return;
            }
        }

        network.Leave(new IrcWork.GoOn(user, lines));
    }
}
