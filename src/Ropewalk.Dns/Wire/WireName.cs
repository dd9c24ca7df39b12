using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire;

/// <summary>Reads, compares and orders names as they lie in bytes: nothing is allocated, and what a peer sends costs at most 253 steps a name.</summary>
/// <remarks>
/// <b>Shape</b>: labels, each behind its length byte of 0 to 63, the last one empty; or, in a message, a pointer of two bytes to the rest (RFC 1035 §3.1, §4.1.4).
/// A length byte is never a letter, so that changing and ignoring case works on whole names without looking at the labels.
/// </remarks>
public static class WireName
{
    private const int PointerBits = 0xc0;

    /// <summary>Steps over a name without following its pointer.</summary>
    /// <param name="message">The message.</param>
    /// <param name="position">Where the name begins; then, where it ends.</param>
    /// <returns><see cref="DnsViolation.None"/> if the name's own bytes are well-formed; what a pointer leads to is not looked at.</returns>
    public static DnsViolation Skip(ReadOnlySpan<byte> message, ref int position)
    {
        int at = position;
        while ((uint)at < (uint)message.Length)
        {
            int count = message[at];
            if (count > DnsLimits.LabelBytes)
            {
                if (count < PointerBits)
                {
                    return DnsViolation.LabelTypeUnknown;
                }

                if (at + 2 > message.Length)
                {
                    return DnsViolation.NameTruncated;
                }

                position = at + 2;
                return DnsViolation.None;
            }

            at += count + 1;
            if (at - position > DnsLimits.NameBytes)
            {
                return DnsViolation.NameTooLong;
            }

            if (count == 0)
            {
                position = at;
                return DnsViolation.None;
            }
        }

        return DnsViolation.NameTruncated;
    }

    /// <summary>Copies a name out of a message, with its pointers followed.</summary>
    /// <param name="message">The message from its first byte.</param>
    /// <param name="position">Where the name begins; then, where it ends.</param>
    /// <param name="name">Where it is copied to: at least <see cref="DnsLimits.NameBytes"/>.</param>
    /// <param name="length">How long the name is in wire form; zero if it breaks a rule.</param>
    public static DnsViolation Decode(ReadOnlySpan<byte> message, ref int position, Span<byte> name, out int length) =>
        Decode(message, ref position, name, out length, out _);

    /// <summary>Measures a name that is not compressed and begins with the first byte.</summary>
    /// <param name="bytes">The name, and whatever follows it.</param>
    /// <param name="length">How long the name is in wire form; zero if it breaks a rule.</param>
    public static DnsViolation Measure(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        int at = 0;
        while ((uint)at < (uint)bytes.Length)
        {
            int count = bytes[at];
            if (count > DnsLimits.LabelBytes)
            {
                return count < PointerBits ? DnsViolation.LabelTypeUnknown : DnsViolation.PointerForbidden;
            }

            at += count + 1;
            if (at > DnsLimits.NameBytes)
            {
                return DnsViolation.NameTooLong;
            }

            if (count == 0)
            {
                length = at;
                return DnsViolation.None;
            }
        }

        return DnsViolation.NameTruncated;
    }

    /// <summary>Counts the labels of a well-formed name, without the root.</summary>
    public static int CountLabels(ReadOnlySpan<byte> name)
    {
        int labels = 0;
        for (int at = 0; name[at] != 0; at += name[at] + 1)
        {
            labels++;
        }

        return labels;
    }

    /// <summary>Says whether two well-formed names are the same, in whatever case. <b>Spec</b>: RFC 4343 §3.</summary>
    public static bool Equal(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        if (one.Length != other.Length)
        {
            return false;
        }

        if (one.Length < 8)
        {
            return EqualBytes(one, other);
        }

        int last = one.Length - 8;
        for (int at = 0; at < last; at += 8)
        {
            if (!EqualWords(one, other, at))
            {
                return false;
            }
        }

        return EqualWords(one, other, last);
    }

    /// <summary>Says whether a well-formed name is another one or stands below it.</summary>
    public static bool IsWithin(ReadOnlySpan<byte> name, ReadOnlySpan<byte> ancestor)
    {
        int at = 0;
        while (name.Length - at > ancestor.Length)
        {
            at += name[at] + 1;
        }

        return name.Length - at == ancestor.Length && Equal(name[at..], ancestor);
    }

    /// <summary>Copies a name with its letters A to Z in lower case. <b>Spec</b>: RFC 4034 §6.2.</summary>
    /// <param name="name">The name in wire form, not compressed.</param>
    /// <param name="lower">Where it is copied to: at least as long. It may be the same place.</param>
    public static void ToLower(ReadOnlySpan<byte> name, Span<byte> lower)
    {
        int at = 0;
        for (; at + 8 <= name.Length; at += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(lower[at..], NameHash.LowerCase(BinaryPrimitives.ReadUInt64LittleEndian(name[at..])));
        }

        for (; at < name.Length; at++)
        {
            lower[at] = LowerCase(name[at]);
        }
    }

    /// <summary>Compares two well-formed names in canonical order: label by label from the right, in lower case. <b>Spec</b>: RFC 4034 §6.1.</summary>
    [SkipLocalsInit]
    public static int Compare(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        Span<byte> oneStarts = stackalloc byte[DnsLimits.Labels];
        Span<byte> otherStarts = stackalloc byte[DnsLimits.Labels];
        int oneLabel = FindLabels(one, oneStarts), otherLabel = FindLabels(other, otherStarts);
        while (oneLabel > 0 && otherLabel > 0)
        {
            int oneAt = oneStarts[--oneLabel], otherAt = otherStarts[--otherLabel];
            int order = CompareBytes(one.Slice(oneAt + 1, one[oneAt]), other.Slice(otherAt + 1, other[otherAt]));
            if (order != 0)
            {
                return order;
            }
        }

        // RFC 4034 §6.1: the absence of an octet sorts before a zero octet, and so does the absence of a label.
        return oneLabel.CompareTo(otherLabel);
    }

    /// <summary>As <see cref="Decode(ReadOnlySpan{byte}, ref int, Span{byte}, out int)"/>; also says how many labels and pointers were looked at.</summary>
    internal static DnsViolation Decode(ReadOnlySpan<byte> message, ref int position, Span<byte> name, out int length, out int steps)
    {
        length = 0;
        steps = 0;
        int at = position, begin = position, copied = 0, end = -1, pointers = 0;
        while ((uint)at < (uint)message.Length)
        {
            steps++;
            int count = message[at];
            if (count <= DnsLimits.LabelBytes)
            {
                at += count + 1;
                if (copied + at - begin > DnsLimits.NameBytes)
                {
                    return DnsViolation.NameTooLong;
                }

                if (count == 0)
                {
                    message[begin..at].CopyTo(name[copied..]);
                    length = copied + at - begin;
                    position = end < 0 ? at : end;
                    return DnsViolation.None;
                }

                continue;
            }

            DnsViolation violation = ReadPointer(message, at, begin, out int target);
            if (violation != DnsViolation.None || ++pointers > DnsLimits.Pointers)
            {
                return violation == DnsViolation.None ? DnsViolation.TooManyPointers : violation;
            }

            message[begin..at].CopyTo(name[copied..]);
            copied += at - begin;
            end = end < 0 ? at + 2 : end;
            at = begin = target;
        }

        return DnsViolation.NameTruncated;
    }

    /// <summary>Writes the name of the wildcard directly below a well-formed name. <b>Spec</b>: RFC 4592 §2.1.1.</summary>
    /// <param name="name">The name in wire form.</param>
    /// <param name="wildcard">Where it is written to: two bytes more than the name has.</param>
    /// <returns>What has been written. It may be longer than a name can be: then it is none, and equals none.</returns>
    internal static ReadOnlySpan<byte> WriteWildcard(ReadOnlySpan<byte> name, Span<byte> wildcard)
    {
        wildcard[0] = 1;
        wildcard[1] = (byte)'*';
        name.CopyTo(wildcard[2..]);
        return wildcard[..(name.Length + 2)];
    }

    /// <summary>Notes where each label of a well-formed name begins, without the root; gives how many there are.</summary>
    internal static int FindLabels(ReadOnlySpan<byte> name, Span<byte> starts)
    {
        int labels = 0;
        for (int at = 0; name[at] != 0; at += name[at] + 1)
        {
            starts[labels++] = (byte)at;
        }

        return labels;
    }

    internal static byte LowerCase(byte value) => (uint)(value - 'A') <= 'Z' - 'A' ? (byte)(value | 0x20) : value;

    private static DnsViolation ReadPointer(ReadOnlySpan<byte> message, int at, int begin, out int target)
    {
        target = 0;
        if (message[at] < PointerBits)
        {
            return DnsViolation.LabelTypeUnknown;
        }

        if (at + 2 > message.Length)
        {
            return DnsViolation.NameTruncated;
        }

        target = ((message[at] & 0x3f) << 8) | message[at + 1];
        // RFC 1035 §4.1.4: a prior occurrence. What begins before all that has been read of this name cannot lead back into it.
        return target < begin ? DnsViolation.None : DnsViolation.PointerNotBackwards;
    }

    private static bool EqualWords(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, int at)
    {
        ulong a = BinaryPrimitives.ReadUInt64LittleEndian(one[at..]), b = BinaryPrimitives.ReadUInt64LittleEndian(other[at..]);
        return a == b || NameHash.LowerCase(a) == NameHash.LowerCase(b);
    }

    private static bool EqualBytes(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        for (int i = 0; i < one.Length; i++)
        {
            if (LowerCase(one[i]) != LowerCase(other[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static int CompareBytes(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        int shorter = Math.Min(one.Length, other.Length);
        for (int i = 0; i < shorter; i++)
        {
            int order = LowerCase(one[i]) - LowerCase(other[i]);
            if (order != 0)
            {
                return order;
            }
        }

        return one.Length - other.Length;
    }
}
