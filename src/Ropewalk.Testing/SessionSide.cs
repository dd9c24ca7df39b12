using System.Buffers;
using System.Text;
using Ropewalk.Diagnostics;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ropewalk.Testing;

/// <summary>
/// Drives one session by hand as the engine's driver does, without a task, a socket or a clock: feed it, let time pass, look at what it
/// said and told.
/// </summary>
/// <remarks>
/// It is stricter than the engine: input is overwritten as soon as it is consumed and its events are handled, so that an event that is used
/// after its lifetime shows; a session that speaks after its last word, or whose deadline stands still, throws.
/// </remarks>
public abstract class SessionSide
{
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly List<byte> _said = [];
    private byte[] _input = [];
    private int _inputStart;
    private int _taken;
    private bool _endReceived;
    private bool _endTold;
    private bool _nothingNew;

    private protected SessionSide()
    {
    }

    /// <summary>Gets the time since the start.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>Gets or sets whether the input is offered in segments of one byte.</summary>
    public bool OneByteSegments { get; set; }

    /// <summary>Gets what the session wanted when it was last asked.</summary>
    public SessionStatus Status { get; private set; }

    /// <summary>Gets whether the session is over.</summary>
    public bool IsClosed => Status.Kind == SessionStatusKind.Closed;

    /// <summary>Gets whether the session has said its last word.</summary>
    public bool OutputEnded { get; private set; }

    /// <summary>Gets how many upgrades were made.</summary>
    public int Upgrades { get; private set; }

    /// <summary>Gets how many bytes of the input the session has not consumed yet.</summary>
    public int UnconsumedBytes => _input.Length - _inputStart;

    /// <summary>Gets everything that the session has said, as text of one char per byte.</summary>
    public string Said => Encoding.Latin1.GetString(_said.ToArray());

    /// <summary>Gets when the session must next be told that time has passed.</summary>
    public abstract TimeSpan? NextDeadline { get; }

    /// <summary>Begins the conversation. Called by hand only outside a pair.</summary>
    public void Begin() => Settle(CallBegin(_output));

    /// <summary>Feeds input.</summary>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        if (IsClosed)
        {
            return;
        }

        byte[] joined = new byte[UnconsumedBytes + bytes.Length];
        _input.AsSpan(_inputStart).CopyTo(joined);
        bytes.CopyTo(joined.AsSpan(UnconsumedBytes));
        Array.Fill(_input, (byte)0xDD);
        _input = joined;
        _inputStart = 0;
        _nothingNew = false;
        if (Status.Kind != SessionStatusKind.Upgrade)
        {
            Poll();
        }
    }

    /// <summary>Feeds text, one byte per char.</summary>
    public void Receive(string latin1) => Receive(Encoding.Latin1.GetBytes(latin1));

    /// <summary>Feeds text byte by byte.</summary>
    public void ReceivePerByte(string latin1)
    {
        OneByteSegments = true;
        foreach (byte b in Encoding.Latin1.GetBytes(latin1))
        {
            Receive([b]);
        }
    }

    /// <summary>Tells the session that the peer has said its last word; a paused session learns it when it goes on.</summary>
    public void ReceiveEnd()
    {
        _endReceived = true;
        TellEnd();
    }

    /// <summary>Asks the session to say goodbye.</summary>
    public void RequestStop()
    {
        if (!IsClosed)
        {
            Settle(CallRequestStop(_output));
        }
    }

    /// <summary>Lets time pass and tells the session of each deadline at its time.</summary>
    public void Advance(TimeSpan by)
    {
        TimeSpan target = Now + by;
        while (NextDueUntil(target) is { } due)
        {
            PassDeadline(due);
        }

        Now = target;
    }

    /// <summary>Tells the session that the upgrade is made. As in the engine, input behind the request is refused.</summary>
    /// <exception cref="InvalidOperationException">The session did not ask for an upgrade.</exception>
    public void CompleteUpgrade()
    {
        if (Status.Kind != SessionStatusKind.Upgrade)
        {
            throw new InvalidOperationException($"The session wants {Status.Kind}, not an upgrade.");
        }

        if (UnconsumedBytes > 0)
        {
            Status = SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.ProtocolViolation, ErrorSide.Remote, "input behind the request to upgrade"));
            OutputEnded = true;
            return;
        }

        Upgrades++;
        Settle(CallOnUpgraded(_output));
    }

    /// <summary>Takes what the session has said since the last take.</summary>
    public byte[] TakeOutput()
    {
        byte[] taken = [.. _said[_taken..]];
        _taken = _said.Count;
        return taken;
    }

    /// <summary>Takes what the session has said since the last take, as text of one char per byte.</summary>
    public string TakeText() => Encoding.Latin1.GetString(TakeOutput());

    private protected abstract SessionStatus CallBegin(IBufferWriter<byte> output);

    private protected abstract SessionStatus CallReceive(ref SequenceReader<byte> input, IBufferWriter<byte> output);

    private protected abstract SessionStatus CallReceiveEnd(IBufferWriter<byte> output);

    private protected abstract SessionStatus CallOnDeadline(IBufferWriter<byte> output);

    private protected abstract SessionStatus CallOnUpgraded(IBufferWriter<byte> output);

    private protected abstract SessionStatus CallRequestStop(IBufferWriter<byte> output);

    private protected abstract bool HandleEvents(IBufferWriter<byte> output);

    /// <summary>Lets the application do something to the session between two calls.</summary>
    private protected void Act(Action<IBufferWriter<byte>> action)
    {
        action(_output);
        Settle(Status);
    }

    internal TimeSpan? NextDueUntil(TimeSpan target) => !IsClosed && NextDeadline is { } due && due <= target ? due : null;

    internal void SetNow(TimeSpan now) => Now = now;

    internal void PassDeadline(TimeSpan due)
    {
        if (due > Now)
        {
            Now = due;
        }

        Settle(CallOnDeadline(_output));
        if (!IsClosed && NextDeadline is { } next && next <= Now)
        {
            throw new InvalidOperationException($"The session's deadline {next} still stands after OnDeadline at {Now}.");
        }
    }

    private void Settle(SessionStatus status)
    {
        HandleEvents(_output);
        Collect(status);
        if (Status.Kind is not (SessionStatusKind.Closed or SessionStatusKind.Upgrade))
        {
            Poll();
        }
    }

    private void Poll()
    {
        for (int rounds = 0; ; rounds++)
        {
            if (rounds > 1_000_000)
            {
                throw new InvalidOperationException("The session tells events for ever without consuming input.");
            }

            ReadOnlyMemory<byte> rest = _nothingNew ? default : _input.AsMemory(_inputStart);
            var reader = new SequenceReader<byte>(OneByteSegments ? SplitSequence.Every(rest, 1) : new ReadOnlySequence<byte>(rest));
            SessionStatus status = CallReceive(ref reader, _output);
            int consumed = (int)reader.Consumed;
            bool told = HandleEvents(_output);
            Array.Fill(_input, (byte)0xDD, _inputStart, consumed);
            _inputStart += consumed;
            Collect(status);
            if ((!told && consumed == 0) || status.Kind is SessionStatusKind.Closed or SessionStatusKind.Upgrade)
            {
                break;
            }
        }

        // As in the engine: what is left is offered again with what follows it, or when a pause is over.
        _nothingNew = Status.Kind is not SessionStatusKind.Paused;
        TellEnd();
    }

    private void TellEnd()
    {
        bool listens = Status.Kind is SessionStatusKind.NeedMore or SessionStatusKind.EndOutput;
        if (_endReceived && !_endTold && listens)
        {
            _endTold = true;
            Settle(CallReceiveEnd(_output));
        }
    }

    private void Collect(SessionStatus status)
    {
        if (_output.WrittenCount > 0)
        {
            if (OutputEnded)
            {
                throw new InvalidOperationException($"The session speaks after its last word: {Encoding.Latin1.GetString(_output.WrittenSpan)}");
            }

            _said.AddRange(_output.WrittenSpan);
            _output.ResetWrittenCount();
        }

        Status = status;
        OutputEnded |= status.Kind is SessionStatusKind.EndOutput or SessionStatusKind.Closed;
    }
}
