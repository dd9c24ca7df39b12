using System.Buffers;
using System.Text;
using Ropewalk.Diagnostics;
using Ropewalk.Framing;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Sessions;

/// <summary>
/// A line protocol that uses all that a session can do. Each line is told; a few are commands: HOLD waits for <see cref="Resume"/>, STARTTLS
/// upgrades, LAST is the session's last word, QUIT ends it, BAD is a violation, BIG makes a large answer.
/// </summary>
internal sealed class LineSession : ISession<LineEvent>
{
    private readonly LineDecoder _decoder = Frames.Lines(1000);
    private readonly LineEncoder _encoder = new(100_000);
    private readonly TimeSpan? _idle;
    private readonly string? _greeting;
    private LineEvent _told;
    private bool _hasTold;
    private SessionStatus _wants = SessionStatus.NeedMore;

    public LineSession(TimeSpan? idle = null, string? greeting = null)
    {
        _idle = idle;
        _greeting = greeting;
    }

    public TimeSpan? NextDeadline { get; private set; }

    public int Calls { get; private set; }

    public int Upgrades { get; private set; }

    public bool EndReceived { get; private set; }

    /// <summary>Keeps talking when the peer's output has ended.</summary>
    public bool OutlivesEnd { get; init; }

    /// <summary>Consumes nothing.</summary>
    public bool Hoards { get; init; }

    /// <summary>Leaves its deadline where it is.</summary>
    public bool ForgetsDeadline { get; init; }

    public SessionStatus Begin(IBufferWriter<byte> output, TimeSpan now)
    {
        Touch(now);
        if (_greeting is not null)
        {
            Say(_greeting, output);
        }

        return _wants;
    }

    public SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now)
    {
        Calls++;
        if (_wants.Kind != SessionStatusKind.NeedMore || Hoards)
        {
            return _wants.Kind == SessionStatusKind.EndOutput && _decoder.Decode(ref input, out _) == DecodeStatus.Frame ? SessionStatus.NeedMore : _wants;
        }

        switch (_decoder.Decode(ref input, out ReadOnlySequence<byte> line))
        {
            case DecodeStatus.Violation:
                Say("too long", output);
                break;
            case DecodeStatus.Frame:
                Touch(now);
                _told = new LineEvent(line);
                _hasTold = true;
                Obey(line, output);
                break;
        }

        return _wants;
    }

    public SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now)
    {
        EndReceived = true;
        return OutlivesEnd ? _wants : _wants = SessionStatus.Closed;
    }

    public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now)
    {
        if (!ForgetsDeadline)
        {
            NextDeadline = null;
            Say("too slow", output);
            _wants = SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.TimedOut, ErrorSide.Remote));
        }

        return _wants;
    }

    public SessionStatus OnUpgraded(IBufferWriter<byte> output, TimeSpan now)
    {
        Upgrades++;
        return _wants = SessionStatus.NeedMore;
    }

    public SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now)
    {
        Say("stopping", output);
        return _wants = SessionStatus.Closed;
    }

    public bool TryTakeEvent(out LineEvent sessionEvent)
    {
        sessionEvent = _told;
        bool has = _hasTold;
        _hasTold = false;
        _told = default;
        return has;
    }

    public void Say(string text, IBufferWriter<byte> output) => _encoder.Encode(Encoding.Latin1.GetBytes(text), output);

    public void Say(in ReadOnlySequence<byte> line, IBufferWriter<byte> output) => _encoder.Encode(line, output);

    public void Resume() => _wants = SessionStatus.NeedMore;

    private void Obey(in ReadOnlySequence<byte> line, IBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> command = line.FirstSpan;
        if (command.StartsWith("HOLD"u8))
        {
            _wants = SessionStatus.Paused;
        }
        else if (command.SequenceEqual("STARTTLS"u8))
        {
            Say("go", output);
            _wants = SessionStatus.Upgrade;
        }
        else if (command.SequenceEqual("LAST"u8))
        {
            Say("last", output);
            _wants = SessionStatus.EndOutput;
        }
        else if (command.SequenceEqual("QUIT"u8))
        {
            Say("bye", output);
            _wants = SessionStatus.Closed;
        }
        else if (command.SequenceEqual("BAD"u8))
        {
            Say("bad", output);
            _wants = SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.ProtocolViolation, ErrorSide.Remote, "BAD"));
        }
    }

    private void Touch(TimeSpan now) => NextDeadline = now + _idle;
}
