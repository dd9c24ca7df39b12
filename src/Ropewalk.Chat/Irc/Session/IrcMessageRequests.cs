using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Makes the requests that send text, ask for the past, or say whatever the caller wants.</summary>
internal static class IrcMessageRequests
{
    public static IrcRequest<IrcSentMessage> Send(IrcMessage message) => new(message)
    {
        Targets = [message[0]],
        Refusals = [401, 402, 403, 404, 407, 411, 412, 413, 414, 415, 486, 489, 492, 502, 531],
        EndsWhenSent = true,
        // A channel may change what is said in it (its colours, for instance), and the echo is not known again then.
        NeedsBarrier = true,
        Taking = (IrcRequest<IrcSentMessage> request, in IrcReply reply) =>
        {
            IrcMessage echo = reply.Message;
            // Only a server that echoes sends one's own messages back; what else comes in one's own name is not an acknowledgement.
            bool isMine = reply.IsOwn && echo.Command == message.Command && (reply.State.Has(IrcCapabilities.EchoMessage) || reply.IsLabeled)
                && (reply.IsLabeled || (reply.Names(0, message[0]) && echo[1] == message[1]));
            if (isMine)
            {
                request.Complete(new IrcSentMessage(echo[0], echo[1], true, echo.Tag("msgid"), IrcTime.TryParse(echo.Tag("time"), out DateTimeOffset time) ? time : null));
            }

            // an echo is told as an event as well
            return isMine;
        },
        Ending = (request, _) => request.Complete(new IrcSentMessage(message[0], message[1], request.Label is not null || request.Barrier is not null)),
    };

    public static IrcRequest<IReadOnlyList<IrcClientEvent>> History(string subcommand, string target, IReadOnlyList<string> parameters) =>
        new(new IrcMessage("CHATHISTORY", [subcommand, target, .. parameters]))
        {
            Targets = [target],
            Refusals = [401, 403, 442],
            Taking = (IrcRequest<IReadOnlyList<IrcClientEvent>> request, in IrcReply reply) =>
            {
                bool isMine = reply.Event is IrcHistoryEvent { Batch: null } past && (reply.IsLabeled || reply.State.AreSame(past.Target, target));
                if (isMine)
                {
                    request.Complete(((IrcHistoryEvent)reply.Event!).Past);
                }

                return isMine;
            },
            Ending = (request, _) => request.Complete([]),
        };

    public static IrcRequest<IReadOnlyList<IrcHistoryTarget>> HistoryTargets(IReadOnlyList<string> parameters) => new(new IrcMessage("CHATHISTORY", ["TARGETS", .. parameters]))
    {
        Taking = (IrcRequest<IReadOnlyList<IrcHistoryTarget>> request, in IrcReply reply) =>
        {
            if (reply.Event is not IrcHistoryEvent past || (past.Target.Length > 0 && !reply.IsLabeled))
            {
                return false;
            }

            request.Complete([.. past.Past.Select(entry => entry.Message!).Where(message => message.Command == "CHATHISTORY" && message[0] == "TARGETS")
                .Select(message => new IrcHistoryTarget(message[1], IrcTime.TryParse(message[2], out DateTimeOffset time) ? time : null))]);
            return true;
        },
        Ending = (request, _) => request.Complete([]),
    };

    /// <summary>Says anything, and collects the answer.</summary>
    public static IrcRequest<IReadOnlyList<IrcMessage>> Any(IrcMessage message, int most)
    {
        var answer = new List<IrcMessage>();
        return new(message)
        {
            NeedsBarrier = true,
            Taking = (IrcRequest<IReadOnlyList<IrcMessage>> request, in IrcReply reply) =>
            {
                // without a label, what numerics come before the barrier is the answer: nobody else has asked
                bool isMine = (reply.IsLabeled || (request.Label is null && reply.Message.Numeric > 0)) && reply.Message.Command is not ("ACK" or "BATCH");
                if (isMine && answer.Count >= most)
                {
                    request.GiveUp(IrcChannelRequests.TooLong());
                }
                else if (isMine)
                {
                    answer.Add(reply.Message);
                }

                return isMine;
            },
            Ending = (request, _) => request.Complete(answer),
        };
    }
}
