using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Ropewalk.WebSockets.Wire;

/// <summary>
/// Decodes what a peer sends: headers byte by byte, payloads in one pass from the input to the output, control frames aside. It holds no
/// payload but that of one control frame, whatever the peer announces.
/// </summary>
/// <remarks>
/// <b>Theory.</b> A frame is a first octet (is it the last of its message, what is it), a second (masked, short length), perhaps a longer
/// length, perhaps a key, then the payload. Each rule is checked at the first byte that can break it. A message is one data frame, or one and
/// its continuations; control frames may come in between (RFC 6455 §5.4).
/// </remarks>
internal sealed class WebSocketFrameDecoder(WebSocketRole role, long maxMessageBytes)
{
    private State _state;
    private WebSocketOpcode _opcode;
    private WebSocketOpcode _message;
    private bool _isFinal;
    private int _octetsLeft;
    private int _shortLength;
    private ulong _length;
    private ulong _done;
    private uint _mask;
    private long _messageBytes;
    private Utf8Text _text;
    private byte[]? _control;

    private enum State : byte
    {
        First,
        Second,
        Length,
        Key,
        Payload,
        Over,
    }

    /// <summary>Gets the rule that was broken.</summary>
    public WebSocketViolation Violation { get; private set; }

    /// <summary>Gets whether the message that was last begun is text.</summary>
    public bool IsText { get; private set; }

    /// <summary>Gets the payload of the last control frame. <b>Lifetime</b>: until the next call.</summary>
    public ReadOnlySpan<byte> ControlPayload => _control.AsSpan(0, (int)_length);

    /// <summary>Gets the code of the peer's close frame.</summary>
    public WebSocketCloseCode CloseCode { get; private set; }

    /// <summary>Gets the reason in the peer's close frame.</summary>
    public string CloseReason { get; private set; } = "";

    /// <summary>Decodes up to the next thing to tell.</summary>
    /// <param name="input">What has come. What is not consumed is to be given again.</param>
    /// <param name="output">Takes the payload of messages.</param>
    /// <param name="consumed">How much of the input was used.</param>
    /// <param name="written">How much of the output was filled, before what is told.</param>
    public WebSocketStep Decode(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        consumed = 0;
        written = 0;
        while (true)
        {
            if (_state == State.Over)
            {
                return Violation == WebSocketViolation.None ? WebSocketStep.Close : WebSocketStep.Violation;
            }

            if (_state == State.Payload)
            {
                WebSocketStep? step = IsControl(_opcode)
                    ? DecodeControl(input, ref consumed)
                    : DecodePayload(input, output, ref consumed, ref written);
                if (step is { } told)
                {
                    return told;
                }

                continue;
            }

            if (consumed == input.Length)
            {
                return WebSocketStep.NeedMore;
            }

            Violation = DecodeHeader(input[consumed++]);
            if (Violation != WebSocketViolation.None)
            {
                _state = State.Over;
            }
        }
    }

    private static bool IsControl(WebSocketOpcode opcode) => (byte)opcode >= 8;

    private WebSocketViolation DecodeHeader(byte octet)
    {
        switch (_state)
        {
            case State.First:
                return DecodeFirst(octet);
            case State.Second:
                return DecodeSecond(octet);
            case State.Length:
                _length = (_length << 8) | octet;
                return --_octetsLeft > 0 ? CheckFirstLengthOctet(octet) : EndLength();
            default:
                _mask |= (uint)octet << (8 * (4 - _octetsLeft));
                if (--_octetsLeft == 0)
                {
                    _state = State.Payload;
                }

                return WebSocketViolation.None;
        }
    }

    private WebSocketViolation DecodeFirst(byte octet)
    {
        // RFC 6455 §5.2: these bits are 0 unless an extension was negotiated, and none ever is
        if ((octet & 0x70) != 0)
        {
            return WebSocketViolation.ReservedBit;
        }

        _opcode = (WebSocketOpcode)(octet & 0x0F);
        _isFinal = (octet & 0x80) != 0;
        if (!Enum.IsDefined(_opcode))
        {
            return WebSocketViolation.ReservedOpcode;
        }

        if (IsControl(_opcode))
        {
            // RFC 6455 §5.5: control frames must not be fragmented
            _state = State.Second;
            return _isFinal ? WebSocketViolation.None : WebSocketViolation.FragmentedControl;
        }

        // RFC 6455 §5.4: fragments of one message must not be interleaved with those of another
        if (_opcode == WebSocketOpcode.Continuation && _message == WebSocketOpcode.Continuation)
        {
            return WebSocketViolation.UnexpectedContinuation;
        }

        if (_opcode != WebSocketOpcode.Continuation)
        {
            if (_message != WebSocketOpcode.Continuation)
            {
                return WebSocketViolation.InterleavedMessage;
            }

            _message = _opcode;
            IsText = _opcode == WebSocketOpcode.Text;
            _messageBytes = 0;
            _text = default;
        }

        _state = State.Second;
        return WebSocketViolation.None;
    }

    private WebSocketViolation DecodeSecond(byte octet)
    {
        // RFC 6455 §5.1: a server closes on an unmasked frame, a client on a masked one
        bool isMasked = (octet & 0x80) != 0;
        if (isMasked != (role == WebSocketRole.Server))
        {
            return isMasked ? WebSocketViolation.MaskedServerFrame : WebSocketViolation.UnmaskedClientFrame;
        }

        _shortLength = octet & 0x7F;
        _mask = 0;
        _done = 0;
        _length = 0;
        if (_shortLength > WebSocketFrameEncoder.MaxControlBytes)
        {
            if (IsControl(_opcode))
            {
                return WebSocketViolation.ControlTooLong;
            }

            _octetsLeft = _shortLength == 126 ? 2 : 8;
            _state = State.Length;
            return WebSocketViolation.None;
        }

        _length = (ulong)_shortLength;
        return EndLength();
    }

    private WebSocketViolation CheckFirstLengthOctet(byte octet) =>
        // RFC 6455 §5.2: the most significant bit must be 0
        _octetsLeft == 7 && octet >= 0x80 ? WebSocketViolation.LengthTooLarge : WebSocketViolation.None;

    private WebSocketViolation EndLength()
    {
        // RFC 6455 §5.2: the minimal number of bytes must be used
        if ((_shortLength == 126 && _length <= 125) || (_shortLength == 127 && _length <= ushort.MaxValue))
        {
            return WebSocketViolation.LengthNotMinimal;
        }

        if (!IsControl(_opcode))
        {
            // announced is enough: nothing of it need come
            if (_length > (ulong)(maxMessageBytes - _messageBytes))
            {
                return WebSocketViolation.MessageTooBig;
            }

            _messageBytes += (long)_length;
        }

        _octetsLeft = 4;
        _state = role == WebSocketRole.Server ? State.Key : State.Payload;
        return WebSocketViolation.None;
    }

    private WebSocketStep? DecodePayload(ReadOnlySpan<byte> input, Span<byte> output, ref int consumed, ref int written)
    {
        int count = (int)Math.Min(_length - _done, (ulong)Math.Min(input.Length - consumed, output.Length - written));
        Span<byte> plain = output.Slice(written, count);
        if (role == WebSocketRole.Server)
        {
            WebSocketMask.Apply(input.Slice(consumed, count), plain, _mask, (long)_done);
        }
        else
        {
            input.Slice(consumed, count).CopyTo(plain);
        }

        consumed += count;
        _done += (ulong)count;
        if (_message == WebSocketOpcode.Text && !_text.TryAppend(plain))
        {
            return Break(WebSocketViolation.InvalidUtf8);
        }

        written += count;
        if (_done < _length)
        {
            return written == output.Length ? WebSocketStep.OutputFull : WebSocketStep.NeedMore;
        }

        _state = State.First;
        if (!_isFinal)
        {
            return _length == 0 ? WebSocketStep.EmptyFragment : null;
        }

        bool isWhole = _message != WebSocketOpcode.Text || _text.IsWhole;
        _message = WebSocketOpcode.Continuation;
        return isWhole ? WebSocketStep.MessageEnd : Break(WebSocketViolation.InvalidUtf8);
    }

    private WebSocketStep? DecodeControl(ReadOnlySpan<byte> input, ref int consumed)
    {
        int count = (int)Math.Min(_length - _done, (ulong)(input.Length - consumed));
        if (_length > 0)
        {
            _control ??= new byte[WebSocketFrameEncoder.MaxControlBytes];
            WebSocketMask.Apply(input.Slice(consumed, count), _control.AsSpan((int)_done), _mask, (long)_done);
        }

        consumed += count;
        _done += (ulong)count;
        if (_done < _length)
        {
            return WebSocketStep.NeedMore;
        }

        _state = State.First;
        return _opcode switch
        {
            WebSocketOpcode.Ping => WebSocketStep.Ping,
            WebSocketOpcode.Pong => WebSocketStep.Pong,
            _ => DecodeClose(),
        };
    }

    private WebSocketStep DecodeClose()
    {
        ReadOnlySpan<byte> payload = ControlPayload;
        _state = State.Over;
        if (payload.IsEmpty)
        {
            CloseCode = WebSocketCloseCode.NoCode;
            return WebSocketStep.Close;
        }

        // RFC 6455 §5.5.1: a body begins with a code of two bytes; a reason behind it is UTF-8
        if (payload.Length == 1)
        {
            return Break(WebSocketViolation.CloseTooShort);
        }

        int code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!WebSocketRules.MaySend(code))
        {
            return Break(WebSocketViolation.InvalidCloseCode);
        }

        if (!Utf8.IsValid(payload[2..]))
        {
            return Break(WebSocketViolation.InvalidCloseReason);
        }

        CloseCode = (WebSocketCloseCode)code;
        CloseReason = Encoding.UTF8.GetString(payload[2..]);
        return WebSocketStep.Close;
    }

    private WebSocketStep Break(WebSocketViolation violation)
    {
        Violation = violation;
        _state = State.Over;
        return WebSocketStep.Violation;
    }
}
