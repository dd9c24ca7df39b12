using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Ropewalk.Transports.Datagrams;

/// <summary>Holds a network: the first bits of an address and how many they are. The key of a rate limit, and an entry of an address list.</summary>
/// <remarks><b>Shape</b>: the address in its high bits, the rest zero; formats as <c>192.0.2.0/24</c> and <c>2001:db8::/64</c>.</remarks>
public readonly struct PeerPrefix : IEquatable<PeerPrefix>, ISpanFormattable
{
    private readonly ulong _high;
    private readonly ulong _low;
    private readonly byte _bits;
    private readonly byte _family;

    /// <summary>Makes the network of <paramref name="bits"/> bits that holds <paramref name="address"/>.</summary>
    public PeerPrefix(in PeerAddress address, int bits)
    {
        ReadOnlySpan<byte> bytes = address.AddressBytes;
        ArgumentOutOfRangeException.ThrowIfNegative(bits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, bytes.Length * 8);
        _bits = (byte)bits;
        if (address.IsIPv4)
        {
            _family = 4;
            _high = ((ulong)BinaryPrimitives.ReadUInt32BigEndian(bytes) << 32) & Mask(bits);
        }
        else if (address.IsIPv6)
        {
            _family = 6;
            _high = BinaryPrimitives.ReadUInt64BigEndian(bytes) & Mask(bits);
            _low = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]) & Mask(bits - 64);
        }
    }

    /// <summary>Gets the prefix length in bits.</summary>
    public int Bits => _bits;

    /// <summary>Gets whether the network is an IPv4 one.</summary>
    public bool IsIPv4 => _family == 4;

    /// <summary>Gets whether the network is an IPv6 one.</summary>
    public bool IsIPv6 => _family == 6;

    /// <summary>Gets whether <paramref name="address"/> belongs to this network. An address of the other family never does.</summary>
    public bool Contains(in PeerAddress address)
        => _family != 0 && (IsIPv4 ? address.IsIPv4 : address.IsIPv6) && new PeerPrefix(address, _bits).Equals(this);

    /// <inheritdoc/>
    public bool Equals(PeerPrefix other)
        => _high == other._high && _low == other._low && _bits == other._bits && _family == other._family;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is PeerPrefix other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _low, _bits, _family);

    /// <summary>Compares two networks.</summary>
    public static bool operator ==(PeerPrefix left, PeerPrefix right) => left.Equals(right);

    /// <summary>Compares two networks.</summary>
    public static bool operator !=(PeerPrefix left, PeerPrefix right) => !left.Equals(right);

    /// <inheritdoc/>
    public override string ToString()
    {
        Span<char> text = stackalloc char[64];
        return TryFormat(text, out int written, default, null) ? text[..written].ToString() : string.Empty;
    }

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, _high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], _low);
        return _family switch
        {
            4 => destination.TryWrite($"{bytes[0]}.{bytes[1]}.{bytes[2]}.{bytes[3]}/{_bits}", out charsWritten),
            6 => destination.TryWrite($"{new IPAddress(bytes)}/{_bits}", out charsWritten),
            _ => destination.TryWrite($"none", out charsWritten),
        };
    }

    private static ulong Mask(int bits) => bits <= 0 ? 0 : bits >= 64 ? ulong.MaxValue : ulong.MaxValue << (64 - bits);
}
