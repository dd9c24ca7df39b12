using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is a request with a result.</summary>
/// <typeparam name="T">The result.</typeparam>
internal sealed class IrcRequest<T>(IrcMessage message) : IrcRequest(message)
{
    /// <summary>Says what a message means for the request; false if it is not part of the answer.</summary>
    public delegate bool Answer(IrcRequest<T> request, in IrcReply reply);

    /// <summary>Gets what looks at each message.</summary>
    public required Answer Taking { get; init; }

    /// <summary>Gets what is done at the answer's end, if the request is not over by then.</summary>
    public Action<IrcRequest<T>, IrcClientState>? Ending { get; init; }

    /// <summary>Gets the result; only if it is over and has not failed.</summary>
    public T? Result { get; private set; }

    public void Complete(T result)
    {
        MarkEnded();
        if (!IsOver)
        {
            Result = result;
            Finish();
        }
    }

    protected override bool TakeAnswer(in IrcReply reply) => Taking(this, reply);

    protected override void EndAnswer(IrcClientState state) => Ending?.Invoke(this, state);
}
