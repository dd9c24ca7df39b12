using System.Buffers;
using Ropewalk.Framing;

namespace Ropewalk.Testing.Served;

/// <summary>Cuts by a framing, on copies: a frame that refers to its input stays valid.</summary>
internal sealed class CommandCutter<T>(IFrameDecoder<T> decoder) : ICommandCutter
{
    // RFC 8446 §5.1: a record's type, here a handshake, and the first byte of its version
    private const byte TlsHandshake = 22;
    private const byte TlsMajorVersion = 3;

    private byte[] _bytes = [];
    private int _start;
    private bool _betweenFrames = true;
    private bool _opaque;

    public void Add(in ReadOnlySequence<byte> bytes)
    {
        byte[] joined = new byte[_bytes.Length - _start + bytes.Length];
        _bytes.AsSpan(_start).CopyTo(joined);
        bytes.CopyTo(joined.AsSpan(_bytes.Length - _start));
        _bytes = joined;
        _start = 0;
    }

    public bool TryTake(out ReceivedPiece piece)
    {
        ReadOnlyMemory<byte> rest = _bytes.AsMemory(_start);
        piece = default;
        if (rest.IsEmpty)
        {
            return false;
        }

        // What is encrypted from here on has no commands to see; it must not wait for a frame's end that never comes.
        _opaque |= _betweenFrames && rest.Span[0] == TlsHandshake && rest.Length > 1 && rest.Span[1] == TlsMajorVersion;
        if (_opaque)
        {
            piece = new ReceivedPiece(TakeRest(), IsCommand: false, default, null);
            return true;
        }

        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(rest));
        DecodeStatus status = decoder.Decode(ref reader, out T frame);
        int consumed = (int)reader.Consumed;
        _start += consumed;
        ReadOnlyMemory<byte> raw = rest[..consumed];
        _betweenFrames = status == DecodeStatus.Frame || _start == _bytes.Length;
        _opaque |= status == DecodeStatus.Violation && !decoder.Violation.CanContinue;
        if (status == DecodeStatus.Frame)
        {
            ReadOnlyMemory<byte> content = frame is ReadOnlySequence<byte> bytes ? bytes.ToArray() : raw;
            piece = new ReceivedPiece(raw, IsCommand: true, content, frame);
            return true;
        }

        piece = new ReceivedPiece(raw, IsCommand: false, default, null);
        return consumed > 0 || status == DecodeStatus.Violation;
    }

    public ReadOnlyMemory<byte> TakeRest()
    {
        ReadOnlyMemory<byte> rest = _bytes.AsMemory(_start);
        _start = _bytes.Length;
        return rest;
    }
}
