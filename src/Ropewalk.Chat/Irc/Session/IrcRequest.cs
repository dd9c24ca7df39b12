using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is a question to the server, and how its answer is told from everything else that the server says.</summary>
/// <remarks>
/// <b>Theory.</b> Where the server labels its answers, the label says which they are and where they end. Without labels IRC's answers name what they are about: a request
/// waits for the messages that say how its command ended for its target, and for the numerics that refuse this command for this target. A command that may be
/// answered by nothing is followed by a PING: servers answer in order, so its PONG ends the answer. Whoever asked may give up while the answer is still to come, or half there: the request
/// stays then and swallows the rest, which the next one of its kind would take for its own.
/// </remarks>
internal abstract class IrcRequest(IrcMessage message)
{
    /// <summary>Gets the message that asks.</summary>
    public IrcMessage Message { get; } = message;

    /// <summary>Gets what the request is about: a numeric that refuses it names one of these, or the command.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Gets the numerics that refuse it.</summary>
    public IReadOnlyList<int> Refusals { get; init; } = [];

    /// <summary>Gets whether its answer is told as an event like everything else: it waits only so that others do not take that for theirs.</summary>
    public bool TellsAnswer { get; init; }

    /// <summary>Gets whether nothing may be the whole answer.</summary>
    public bool NeedsBarrier { get; init; }

    /// <summary>Gets whether it goes on waiting where the answer has not come before the PONG: a bouncer answers PING by itself.</summary>
    public bool OutlivesBarrier { get; init; }

    /// <summary>Gets whether the answer ends with its sending, where the server neither labels nor echoes.</summary>
    public bool EndsWhenSent { get; init; }

    /// <summary>Gets the label that it was sent with, or null.</summary>
    public string? Label { get; set; }

    /// <summary>Gets the token of the PING behind it, or null.</summary>
    public string? Barrier { get; set; }

    /// <summary>Gets when its time is over; null before it was sent.</summary>
    public TimeSpan? Deadline { get; set; }

    /// <summary>Gets whether it has a result or has failed.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Gets whether nothing of its answer is still to come.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Gets whether a part of its answer has come.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Gets why it failed, or null.</summary>
    public IrcRequestFailure? Failure { get; private set; }

    /// <summary>Gets or sets what is called, once, when it is over.</summary>
    public Action? Over { get; set; }

    /// <summary>Tells whether a message may be part of an answer that names nothing: where the server labels, only what has the label.</summary>
    public bool Expects(in IrcReply reply) => Label is null || reply.IsLabeled;

    /// <summary>Takes a message if it is part of the answer.</summary>
    public bool Take(in IrcReply reply)
    {
        if (IsRefusal(reply, out IrcRequestFailure? failure))
        {
            Fail(failure!);
            return true;
        }

        bool isMine = TakeAnswer(reply);
        HasBegun |= isMine;
        return isMine;
    }

    /// <summary>Learns that all of the answer has come.</summary>
    public void End(IrcClientState state)
    {
        HasEnded = true;
        if (!IsOver)
        {
            EndAnswer(state);
        }

        if (!IsOver)
        {
            Fail(new IrcRequestFailure(IrcRequestFailureKind.Refused, $"The server's answer to {Message.Command} does not say how it went."));
        }
    }

    /// <summary>Learns that the PONG behind it has come.</summary>
    public void EndBarrier(IrcClientState state)
    {
        if (!IsOver && OutlivesBarrier)
        {
            EndAnswer(state);
            HasEnded |= IsOver;
        }
        else
        {
            End(state);
        }
    }

    /// <summary>Fails: nothing more will come.</summary>
    public void Fail(IrcRequestFailure failure)
    {
        HasEnded = true;
        GiveUp(failure);
    }

    /// <summary>Fails for whoever asked; the answer, or the rest of it, may still come.</summary>
    public void GiveUp(IrcRequestFailure failure)
    {
        if (!IsOver)
        {
            Failure = failure;
            Finish();
        }
    }

    protected abstract bool TakeAnswer(in IrcReply reply);

    protected abstract void EndAnswer(IrcClientState state);

    protected void Finish()
    {
        if (!IsOver)
        {
            IsOver = true;
            Over?.Invoke();
        }
    }

    protected void MarkEnded() => HasEnded = true;

    private bool IsRefusal(in IrcReply reply, out IrcRequestFailure? failure)
    {
        IrcMessage message = reply.Message;
        failure = null;
        if (IrcStandardReply.Of(message) is { Severity: "FAIL" } standard)
        {
            if (reply.IsLabeled || (standard.Command == Message.Command && (standard.Context.Count == 0 || Targets.Count == 0 || NamesTarget(reply, standard.Context))))
            {
                failure = new IrcRequestFailure(IrcRequestFailureKind.Refused, standard.Description, Code: standard.Code, Reply: message);
            }

            return failure is not null;
        }

        int numeric = message.Numeric;
        bool isGeneral = numeric is IrcNumeric.RplTryAgain or IrcNumeric.ErrUnknownError or IrcNumeric.ErrUnknownCommand or IrcNumeric.ErrNeedMoreParams or IrcNumeric.ErrNotRegistered;
        bool isError = numeric is (>= 400 and < 600) or IrcNumeric.ErrInvalidModeParam or IrcNumeric.ErrNoPrivs or IrcNumeric.ErrMonListFull;
        bool isMine = reply.IsLabeled
            ? isError || isGeneral || Refusals.Contains(numeric)
            : (isGeneral && string.Equals(message[1], Message.Command, StringComparison.OrdinalIgnoreCase))
              || (Refusals.Contains(numeric) && (Targets.Count == 0 || NamesTarget(reply, message.Parameters.Skip(1))));
        if (isMine)
        {
            failure = new IrcRequestFailure(IrcRequestFailureKind.Refused, message.Last, numeric, Reply: message);
        }

        return isMine;
    }

    private bool NamesTarget(IrcReply reply, IEnumerable<string> parameters) =>
        parameters.Any(parameter => Targets.Any(target => reply.State.AreSame(parameter, target)));
}
