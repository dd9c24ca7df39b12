using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire;

/// <summary>Remembers where in a message names and their endings begin. It lies in its writer, on the stack.</summary>
/// <remarks>
/// A slot holds a tag of 16 bits and an offset. An ending is looked for in <see cref="Probes"/> slots and no more, so that names made to collide cost bytes and not time;
/// when all are taken, the one that the tag picks makes room.
/// </remarks>
[InlineArray(Slots)]
internal struct CompressionTable
{
    public const int Slots = 128;
    public const int Probes = 4;

    private uint _first;

    /// <summary>Finds an earlier occurrence of a name's ending.</summary>
    /// <param name="message">What has been written, up to the name itself.</param>
    /// <param name="ending">The ending in wire form.</param>
    /// <param name="key">What <see cref="KeyOf"/> says of it.</param>
    /// <param name="sameCase">Whether the case must be the same.</param>
    /// <returns>Its offset, or zero.</returns>
    public readonly int Find(ReadOnlySpan<byte> message, ReadOnlySpan<byte> ending, uint key, bool sameCase)
    {
        ReadOnlySpan<uint> slots = this;
        uint tag = key & 0xffff0000;
        for (uint probe = 0; probe < Probes; probe++)
        {
            uint slot = slots[(int)((key + probe) % Slots)];
            if (slot == 0)
            {
                return 0;
            }

            if ((slot & 0xffff0000) == tag && (slot & 0xffff) < message.Length && IsAt(message, (int)(slot & 0xffff), ending, sameCase))
            {
                return (int)(slot & 0xffff);
            }
        }

        return 0;
    }

    public void Add(int offset, uint key)
    {
        // RFC 1035 §4.1.4: a pointer has 14 bits.
        if (offset > 0x3fff)
        {
            return;
        }

        Span<uint> slots = this;
        uint victim = (key >> 16) % Probes;
        for (uint probe = 0; probe < Probes; probe++)
        {
            if (slots[(int)((key + probe) % Slots)] == 0)
            {
                victim = probe;
                break;
            }
        }

        slots[(int)((key + victim) % Slots)] = (key & 0xffff0000) | (uint)offset;
    }

    /// <summary>Forgets what was written from a position on.</summary>
    public void Forget(int position)
    {
        for (int i = 0; i < Slots; i++)
        {
            // What stood behind an emptied slot is not found any more: that costs bytes, and only in messages that are cut.
            if ((this[i] & 0xffff) >= position)
            {
                this[i] = 0;
            }
        }
    }

    /// <summary>Gets what an ending is looked up by: its length, and the beginning and the end of its first label.</summary>
    public static uint KeyOf(ReadOnlySpan<byte> ending)
    {
        ulong head, tail;
        int label = ending[0] + 1;
        if (ending.Length >= 8)
        {
            head = BinaryPrimitives.ReadUInt64LittleEndian(ending);
            tail = label > 8 ? BinaryPrimitives.ReadUInt64LittleEndian(ending[(label - 8)..]) : 0;
        }
        else
        {
            head = BinaryPrimitives.ReadUInt16LittleEndian(ending);
            tail = ending[ending.Length / 2];
        }

        ulong mixed = (NameHash.LowerCase(head) * 0xa0761d6478bd642fUL) ^ ((NameHash.LowerCase(tail) + (ulong)ending.Length) * 0xe7037ed1a0b428dbUL);
        return (uint)((mixed ^ (mixed >> 29)) >> 16);
    }

    private static bool IsAt(ReadOnlySpan<byte> message, int offset, ReadOnlySpan<byte> ending, bool sameCase)
    {
        // Most names stand there in one piece.
        if (message.Length - offset >= ending.Length)
        {
            ReadOnlySpan<byte> piece = message.Slice(offset, ending.Length);
            if (sameCase ? piece.SequenceEqual(ending) : WireName.Equal(piece, ending))
            {
                return true;
            }
        }

        while (true)
        {
            int count = message[offset];
            if (count >= 0xc0)
            {
                offset = ((count & 0x3f) << 8) | message[offset + 1];
                continue;
            }

            if (count != ending[0])
            {
                return false;
            }

            if (count == 0)
            {
                return true;
            }

            ReadOnlySpan<byte> label = ending[..(count + 1)];
            ReadOnlySpan<byte> written = message.Slice(offset, count + 1);
            if (!(sameCase ? written.SequenceEqual(label) : WireName.Equal(written, label)))
            {
                return false;
            }

            ending = ending[(count + 1)..];
            offset += count + 1;
        }
    }
}
