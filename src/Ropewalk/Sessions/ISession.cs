using System.Buffers;

namespace Ropewalk.Sessions;

/// <summary>
/// One conversation as a pure machine: bytes and the time in; bytes, events and the next deadline out. It has no I/O, no clock, no task, no
/// logger and no randomness of its own, so that the same inputs always give the same outputs.
/// </summary>
/// <remarks>
/// <para><b>Call</b>: one call at a time, on the session's turn; <see cref="Begin"/> first. After each call the driver takes the events and lets
/// the application handle them, and then calls <see cref="Receive"/> again with the input that is left, until the
/// session neither consumes nor tells anything more. So a session may return after each event; it need not keep a queue of them; and what an application
/// does to it between two calls (an answer, a push) needs no result of its own: <see cref="Receive"/> with an empty input tells what the session wants now.</para>
/// <para>Then the driver sends what was written to <c>output</c> and arms a timer for <see cref="NextDeadline"/>. Input that the session
/// leaves in the reader is offered again with what follows it. <b>Units</b>: <c>now</c> is the time since an arbitrary start, never going back.</para>
/// </remarks>
/// <typeparam name="TEvent">What the session tells the application. An event may refer to the input that was received with it: it is valid until it was handled.</typeparam>
public interface ISession<TEvent>
{
    /// <summary>Begins the conversation: a greeting, a first request, or nothing.</summary>
    SessionStatus Begin(IBufferWriter<byte> output, TimeSpan now) => SessionStatus.NeedMore;

    /// <summary>Receives input, or is only asked what it wants.</summary>
    /// <remarks>
    /// <b>Call</b>: with all that is unconsumed if something new has come, or if the session was <see cref="SessionStatusKind.Paused"/>; with no input at all if nothing new
    /// has. A session that holds back input which is complete says so by being paused, never by asking for more.
    /// </remarks>
    SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now);

    /// <summary>Receives the end of the peer's output: everything before it has been offered to <see cref="Receive"/>.</summary>
    SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now);

    /// <summary>Tells the session that <see cref="NextDeadline"/> has passed.</summary>
    SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now);

    /// <summary>Tells the session that the upgrade which it asked for with <see cref="SessionStatusKind.Upgrade"/> has been made: input and output are protected from here on.</summary>
    SessionStatus OnUpgraded(IBufferWriter<byte> output, TimeSpan now) => SessionStatus.NeedMore;

    /// <summary>Asks the session to end in the protocol's own words: 421, GOAWAY, ERROR, DISCONNECT.</summary>
    SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now);

    /// <summary>Gets when <see cref="OnDeadline"/> must be called, or null.</summary>
    TimeSpan? NextDeadline { get; }

    /// <summary>Takes the next event, in order; each is given once.</summary>
    bool TryTakeEvent(out TEvent sessionEvent);
}
