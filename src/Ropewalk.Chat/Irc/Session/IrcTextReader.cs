using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Reads the messages that carry text from one user to others.</summary>
internal static class IrcTextReader
{
    /// <summary>Reads a message; null if it carries no text.</summary>
    public static IrcClientEvent? Read(IrcMessage message, IrcClientState state)
    {
        if (message.Command is not ("PRIVMSG" or "NOTICE" or "TAGMSG") || message.Parameters.Count == 0 || message.Source.IsEmpty)
        {
            return null;
        }

        (string prefixes, string target) = state.Features.ReadTarget(message[0]);
        if (message.Command == "TAGMSG")
        {
            return new IrcTagsEvent(message[0]);
        }

        bool isNotice = message.Command == "NOTICE";
        bool isCtcp = IrcCtcp.TryParse(message[1], out IrcCtcp ctcp);
        if (isCtcp && (isNotice || ctcp.Command != IrcCtcp.Action))
        {
            return new IrcCtcpEvent(message[0], ctcp, isNotice);
        }

        IrcTextKind kind = isCtcp ? IrcTextKind.Action : isNotice ? IrcTextKind.Notice : IrcTextKind.Message;
        return new IrcTextEvent(kind, target, isCtcp ? ctcp.Arguments : message[1])
        {
            StatusPrefix = prefixes,
            IsInChannel = state.Features.IsChannel(target),
            IsOwn = state.IsSelf(message.Source.Name),
        };
    }
}
