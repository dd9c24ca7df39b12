using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Ropewalk.WebSockets.Wire;

/// <summary>Checks a text that comes in pieces, cut anywhere: false at the first byte that no UTF-8 could have. <b>Spec</b>: RFC 6455 §8.1, RFC 3629 §4.</summary>
internal struct Utf8Text
{
    private uint _pending;
    private int _count;

    /// <summary>Gets whether no character is unfinished.</summary>
    public readonly bool IsWhole => _count == 0;

    /// <summary>Takes the next piece.</summary>
    public bool TryAppend(ReadOnlySpan<byte> piece)
    {
        while (_count > 0 && piece.Length > 0)
        {
            if (!TryAppendByte(piece[0]))
            {
                return false;
            }

            piece = piece[1..];
        }

        int whole = piece.Length - UnfinishedLength(piece);
        if (!Utf8.IsValid(piece[..whole]))
        {
            return false;
        }

        foreach (byte octet in piece[whole..])
        {
            if (!TryAppendByte(octet))
            {
                return false;
            }
        }

        return true;
    }

    // the octets at the end that may be the beginning of a character
    private static int UnfinishedLength(ReadOnlySpan<byte> piece)
    {
        for (int back = 1; back <= Math.Min(3, piece.Length); back++)
        {
            byte octet = piece[^back];
            if (octet >= 0xC0)
            {
                int length = octet >= 0xF0 ? 4 : octet >= 0xE0 ? 3 : 2;
                return length > back ? back : 0;
            }

            if (octet < 0x80)
            {
                return 0;
            }
        }

        return 0;
    }

    private bool TryAppendByte(byte octet)
    {
        _pending |= (uint)octet << (8 * _count++);
        Span<byte> sequence = stackalloc byte[4];
        for (int i = 0; i < _count; i++)
        {
            sequence[i] = (byte)(_pending >> (8 * i));
        }

        OperationStatus status = Rune.DecodeFromUtf8(sequence[.._count], out _, out _);
        if (status == OperationStatus.Done)
        {
            _pending = 0;
            _count = 0;
        }

        return status is OperationStatus.Done or OperationStatus.NeedMoreData;
    }
}
