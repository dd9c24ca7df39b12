using System.Buffers;
using Ropewalk.Sessions;

namespace Ropewalk.Testing;

/// <summary>Drives one session by hand; see <see cref="SessionSide"/>.</summary>
/// <typeparam name="TSession">The session.</typeparam>
/// <typeparam name="TEvent">What it tells.</typeparam>
public sealed class DrivenSession<TSession, TEvent> : SessionSide
    where TSession : class, ISession<TEvent>
{
    private readonly Action<TSession, TEvent, IBufferWriter<byte>, TimeSpan>? _handle;

    /// <summary>Creates the driver.</summary>
    /// <param name="session">The machine.</param>
    /// <param name="handle">What the application does with each event: it answers into the writer; null where it only listens.</param>
    public DrivenSession(TSession session, Action<TSession, TEvent, IBufferWriter<byte>, TimeSpan>? handle = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        Session = session;
        _handle = handle;
    }

    /// <summary>Gets the machine.</summary>
    public TSession Session { get; }

    /// <summary>Gets all events so far. One that refers to the input is no longer valid: copy it in the handler.</summary>
    public List<TEvent> Events { get; } = [];

    /// <inheritdoc/>
    public override TimeSpan? NextDeadline => Session.NextDeadline;

    /// <summary>Lets the application do something to the session between two calls: an answer, a push.</summary>
    public void Act(Action<TSession, IBufferWriter<byte>, TimeSpan> action) => Act(output => action(Session, output, Now));

    private protected override SessionStatus CallBegin(IBufferWriter<byte> output) => Session.Begin(output, Now);

    private protected override SessionStatus CallReceive(ref SequenceReader<byte> input, IBufferWriter<byte> output) =>
        Session.Receive(ref input, output, Now);

    private protected override SessionStatus CallReceiveEnd(IBufferWriter<byte> output) => Session.ReceiveEnd(output, Now);

    private protected override SessionStatus CallOnDeadline(IBufferWriter<byte> output) => Session.OnDeadline(output, Now);

    private protected override SessionStatus CallOnUpgraded(IBufferWriter<byte> output) => Session.OnUpgraded(output, Now);

    private protected override SessionStatus CallRequestStop(IBufferWriter<byte> output) => Session.RequestStop(output, Now);

    private protected override bool HandleEvents(IBufferWriter<byte> output)
    {
        bool any = false;
        while (Session.TryTakeEvent(out TEvent told))
        {
            any = true;
            Events.Add(told);
            _handle?.Invoke(Session, told, output, Now);
        }

        return any;
    }
}
