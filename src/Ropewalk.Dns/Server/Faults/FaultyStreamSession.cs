using System.Buffers;
using System.Buffers.Binary;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Sessions;

namespace Ropewalk.Dns.Server.Faults;

/// <summary>Stands before a <see cref="DnsStreamSession"/> and does the faults: it hands questions over one by one, now or later, answers in its place, and cuts what it says.</summary>
/// <remarks>Late answers go out when they are due, whatever was asked behind them: RFC 7766 §7 lets them. What is cut makes the stream silent until the client ends it.</remarks>
internal sealed class FaultyStreamSession : ISession<DnsStreamEvent>, IDisposable
{
    private const int PrefixBytes = 2;

    // As many as a client may have under way on a stream; what comes behind them is not answered.
    private const int MaxHeld = 1000;

    private readonly DnsStreamSession _inner;
    private readonly FaultyResponder _responder;
    private readonly DnsFaults _faults;
    private readonly MessageOrigin _origin;
    private readonly List<(TimeSpan Due, byte[] Frame)> _held = [];
    private readonly ArrayBufferWriter<byte> _said = new();
    private int? _left;
    private bool _isSilent;
    private bool _peerEnded;

    public FaultyStreamSession(DnsStreamSession inner, IMessageResponder responder, DnsFaults faults, in MessageOrigin origin)
    {
        _inner = inner;
        _responder = new FaultyResponder(responder, faults);
        _faults = faults;
        _origin = origin;
    }

    public int TransferCount => _inner.TransferCount;

    public TimeSpan? NextDeadline => _isSilent ? null : _held.Count > 0 ? _held.Min(held => held.Due) : _inner.NextDeadline;

    public SessionStatus Begin(IBufferWriter<byte> output, TimeSpan now) => _inner.Begin(output, now);

    public SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now)
    {
        if (_isSilent)
        {
            input.AdvanceToEnd();
            return SessionStatus.NeedMore;
        }

        while (!_isSilent && TryPeekFrame(ref input, out int length))
        {
            // Asked without input it says whether it takes more.
            var nothing = new SequenceReader<byte>(ReadOnlySequence<byte>.Empty);
            SessionStatus status = _inner.Receive(ref nothing, output, now);
            if (status.Kind != SessionStatusKind.NeedMore)
            {
                return status;
            }

            byte[] frame = input.UnreadSequence.Slice(0, PrefixBytes + length).ToArray();
            input.Advance(frame.Length);
            Take(frame, output, now);
        }

        // What is no whole message yet, and what cannot be one, is the session's to judge.
        return _inner.Receive(ref input, output, now);
    }

    public SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now)
    {
        _peerEnded = true;
        return _held.Count > 0 && !_isSilent ? SessionStatus.NeedMore : _inner.ReceiveEnd(output, now);
    }

    public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now)
    {
        if (_held.Count == 0)
        {
            return _inner.OnDeadline(output, now);
        }

        SessionStatus status = SessionStatus.NeedMore;
        foreach ((TimeSpan due, byte[] frame) in _held.ToArray())
        {
            if (due <= now)
            {
                status = HandOver(frame, output, now);
            }
        }

        _held.RemoveAll(held => held.Due <= now);
        return _peerEnded && _held.Count == 0 ? _inner.ReceiveEnd(output, now) : status;
    }

    public SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now)
    {
        _held.Clear();
        return _inner.RequestStop(output, now);
    }

    public bool TryTakeEvent(out DnsStreamEvent sessionEvent) => _inner.TryTakeEvent(out sessionEvent);

    public void WriteTransfer(IBufferWriter<byte> output, TimeSpan now)
    {
        _inner.WriteTransfer(_said, now);
        Say(output);
    }

    public void Dispose() => _inner.Dispose();

    private static bool TryPeekFrame(ref SequenceReader<byte> input, out int length)
    {
        length = 0;
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        if (!input.TryCopyTo(prefix))
        {
            return false;
        }

        length = BinaryPrimitives.ReadUInt16BigEndian(prefix);
        return length >= DnsLimits.HeaderBytes && input.Remaining >= PrefixBytes + length;
    }

    private void Take(byte[] frame, IBufferWriter<byte> output, TimeSpan now)
    {
        MessageOrigin origin = _origin with { Now = _origin.Now + now };
        InjectedDnsFault? injected = _faults.Find(frame.AsSpan(PrefixBytes), origin, out AskedQuestion? question);
        _left = null;
        switch (injected?.Fault.Kind)
        {
            case DnsFaultKind.AnswerLate when _held.Count < MaxHeld:
                _held.Add((now + injected.Fault.Time, frame));
                break;
            case DnsFaultKind.AnswerLate:
                break;
            case DnsFaultKind.CutAnswer:
                _left = PrefixBytes + injected.Fault.Bytes;
                HandOver(frame, output, now);
                break;
            case null or DnsFaultKind.OtherPort or DnsFaultKind.Truncated:
                HandOver(frame, output, now);
                break;
            default:
                Answer(injected, frame.AsSpan(PrefixBytes), origin, output);
                break;
        }

        _faults.Announce(question);
    }

    private SessionStatus HandOver(byte[] frame, IBufferWriter<byte> output, TimeSpan now)
    {
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(frame));
        SessionStatus status = _inner.Receive(ref reader, _said, now);
        Say(output);
        return status;
    }

    private void Answer(InjectedDnsFault injected, ReadOnlySpan<byte> message, in MessageOrigin origin, IBufferWriter<byte> output)
    {
        byte[] response = new byte[PrefixBytes + DnsLimits.MessageBytes];
        int length = _responder.Respond(injected, message, origin, response.AsSpan(PrefixBytes));
        if (length > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(response, (ushort)length);
            output.Write(response.AsSpan(0, PrefixBytes + length));
        }
    }

    private void Say(IBufferWriter<byte> output)
    {
        ReadOnlySpan<byte> said = _said.WrittenSpan;
        if (!_isSilent)
        {
            int passed = Math.Min(_left ?? said.Length, said.Length);
            output.Write(said[..passed]);
            _left -= passed;
            _isSilent = passed < said.Length;
        }

        _said.ResetWrittenCount();
    }
}
