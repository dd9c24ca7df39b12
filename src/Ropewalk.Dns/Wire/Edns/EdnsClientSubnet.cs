using System.Buffers.Binary;

namespace Ropewalk.Dns.Wire.Edns;

/// <summary>Is the client subnet option: for whose network it is asked. <b>Spec</b>: RFC 7871 §6.</summary>
/// <remarks><b>Lifetime</b>: as long as the message's bytes.</remarks>
public readonly ref struct EdnsClientSubnet
{
    private EdnsClientSubnet(ushort family, byte source, byte scope, ReadOnlySpan<byte> address)
    {
        Family = family;
        SourcePrefix = source;
        ScopePrefix = scope;
        Address = address;
    }

    /// <summary>Gets the family of addresses: 1 for IPv4, 2 for IPv6.</summary>
    public ushort Family { get; }

    /// <summary>Gets how many bits of the address are given.</summary>
    public byte SourcePrefix { get; }

    /// <summary>Gets for how many bits the answer holds; zero in a query.</summary>
    public byte ScopePrefix { get; }

    /// <summary>Gets the bytes of the address that are given.</summary>
    public ReadOnlySpan<byte> Address { get; }

    /// <summary>Decodes the option's value.</summary>
    public static DnsViolation Decode(ReadOnlySpan<byte> value, out EdnsClientSubnet subnet)
    {
        subnet = default;
        if (value.Length < 4)
        {
            return DnsViolation.OptionMalformed;
        }

        ushort family = BinaryPrimitives.ReadUInt16BigEndian(value);
        int source = value[2], scope = value[3], most = family switch { 1 => 32, 2 => 128, _ => 0 };
        ReadOnlySpan<byte> address = value[4..];
        // RFC 7871 §6: as many bytes as the prefix needs, and zeros behind it.
        if (source > most || scope > most || address.Length != (source + 7) / 8 || (source % 8 != 0 && (address[^1] & (0xff >> (source % 8))) != 0))
        {
            return DnsViolation.OptionMalformed;
        }

        subnet = new(family, value[2], value[3], address);
        return DnsViolation.None;
    }
}
