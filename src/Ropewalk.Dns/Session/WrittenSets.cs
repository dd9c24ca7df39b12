using System.Buffers.Binary;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Session;

/// <summary>Looks into what has been written of an answer. A record set is in an answer once, by whatever ways one comes to it. <b>Spec</b>: RFC 2181 §5.</summary>
internal static class WrittenSets
{
    /// <summary>Says whether a record of an owner and a type is there.</summary>
    /// <param name="message">What has been written.</param>
    /// <param name="offset">Where in it the first record begins that is looked at.</param>
    /// <param name="owner">The owner in wire form, in any case.</param>
    /// <param name="type">The type.</param>
    public static bool Contains(ReadOnlySpan<byte> message, int offset, ReadOnlySpan<byte> owner, DnsType type)
    {
        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        while (offset < message.Length)
        {
            int position = offset;
            WireName.Skip(message, ref position);
            ReadOnlySpan<byte> rest = message[position..];
            if ((DnsType)BinaryPrimitives.ReadUInt16BigEndian(rest) == type)
            {
                WireName.Decode(message, ref offset, name, out int length);
                if (WireName.Equal(name[..length], owner))
                {
                    return true;
                }
            }

            offset = position + DnsRecordView.FixedBytes + BinaryPrimitives.ReadUInt16BigEndian(rest[8..]);
        }

        return false;
    }
}
