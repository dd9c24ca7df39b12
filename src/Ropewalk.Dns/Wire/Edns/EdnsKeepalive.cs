using System.Buffers.Binary;

namespace Ropewalk.Dns.Wire.Edns;

/// <summary>Decodes and writes the keepalive option: how long an idle connection is kept. <b>Spec</b>: RFC 7828 §3.1.</summary>
public static class EdnsKeepalive
{
    private static readonly TimeSpan Unit = TimeSpan.FromMilliseconds(100);

    /// <summary>Decodes the option's value.</summary>
    /// <param name="value">Nothing in a query, two bytes in an answer.</param>
    /// <param name="idle">How long; null in a query.</param>
    public static DnsViolation Decode(ReadOnlySpan<byte> value, out TimeSpan? idle)
    {
        idle = value.Length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(value) * Unit : null;
        return value.Length is 0 or 2 ? DnsViolation.None : DnsViolation.OptionMalformed;
    }

    /// <summary>Writes the option into an OPT record that has been begun.</summary>
    /// <param name="writer">The message.</param>
    /// <param name="idle">How long, at most 6,553.5 seconds; null in a query.</param>
    public static bool TryWrite(ref DnsMessageWriter writer, TimeSpan? idle)
    {
        Span<byte> value = stackalloc byte[2];
        if (idle is { } duration)
        {
            BinaryPrimitives.WriteUInt16BigEndian(value, (ushort)Math.Clamp(duration / Unit, 0, ushort.MaxValue));
        }

        return writer.TryWriteOption(EdnsOptionCode.TcpKeepalive, idle is null ? default : value);
    }
}
