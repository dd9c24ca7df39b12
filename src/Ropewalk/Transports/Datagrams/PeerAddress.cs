using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Holds the address and port of one end of a datagram, without a heap object: it can be a dictionary's key, be copied and be compared
/// for every datagram that arrives.
/// </summary>
/// <remarks>
/// <para><b>Shape</b>: 28 bytes, laid out as Linux's <c>sockaddr_in6</c>, or as its <c>sockaddr_in</c> followed by zeros, on every system.
/// An IPv4 peer of a dual-stack port is IPv4 here, never <c>::ffff:a.b.c.d</c>: an address list or a rate limit that was written for the
/// one form cannot be passed by in the other.</para>
/// <para>The hash is seeded per process, because whoever forges source addresses chooses the keys.</para>
/// </remarks>
[StructLayout(LayoutKind.Sequential, Pack = 4, Size = SizeBytes)]
public readonly struct PeerAddress : IEquatable<PeerAddress>, ISpanFormattable
{
    /// <summary>The size of the struct in bytes.</summary>
    public const int SizeBytes = 28;

    internal const ushort FamilyIPv4 = 2;   // AF_INET, the same everywhere
    internal const ushort FamilyIPv6 = 10;  // AF_INET6 of Linux; other systems' numbers are translated at the socket

    private const int MappedMark = unchecked((int)0xFFFF0000);  // the bytes 00 00 ff ff, read as a little-endian integer

    private readonly ushort _family;
    private readonly ushort _port;          // in network order, as the system has it
    private readonly int _flowOrIPv4;
    private readonly int _word0;
    private readonly int _word1;
    private readonly int _word2;
    private readonly int _word3;
    private readonly int _scope;

    /// <summary>Makes the address of <paramref name="address"/> and <paramref name="port"/>. A mapped IPv4 address becomes IPv4.</summary>
    public PeerAddress(IPAddress address, int port)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<PeerAddress>(ref this));
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)port);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            _family = FamilyIPv4;
            address.TryWriteBytes(bytes[4..], out _);
            return;
        }

        _family = FamilyIPv6;
        address.TryWriteBytes(bytes[8..], out _);
        _scope = (int)address.ScopeId;
    }

    /// <summary>Makes the address of <paramref name="endPoint"/>.</summary>
    public PeerAddress(IPEndPoint endPoint)
        : this((endPoint ?? throw new ArgumentNullException(nameof(endPoint))).Address, endPoint.Port)
    {
    }

    private PeerAddress(ushort family, ushort port, int flowOrIPv4, int word0, int word1, int word2, int word3, int scope)
    {
        _family = family;
        _port = port;
        _flowOrIPv4 = flowOrIPv4;
        _word0 = word0;
        _word1 = word1;
        _word2 = word2;
        _word3 = word3;
        _scope = scope;
    }

    /// <summary>Gets the family; <see cref="AddressFamily.Unspecified"/> for the default value, which addresses nobody.</summary>
    public AddressFamily Family => _family switch
    {
        FamilyIPv4 => AddressFamily.InterNetwork,
        FamilyIPv6 => AddressFamily.InterNetworkV6,
        _ => AddressFamily.Unspecified,
    };

    /// <summary>Gets whether the address is an IPv4 one.</summary>
    public bool IsIPv4 => _family == FamilyIPv4;

    /// <summary>Gets whether the address is an IPv6 one.</summary>
    public bool IsIPv6 => _family == FamilyIPv6;

    /// <summary>Gets the port, 0 to 65535.</summary>
    public int Port => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(_port) : _port;

    /// <summary>Gets the number of the interface that a link-local IPv6 address belongs to, or 0.</summary>
    public uint ScopeId => (uint)_scope;

    /// <summary>Gets whether the address is this machine's loopback (127.0.0.0/8, ::1).</summary>
    public bool IsLoopback => IsIPv4
        ? AddressBytes[0] == 127
        : IsIPv6 && AddressBytes.SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);

    /// <summary>Gets the same address with another port.</summary>
    public PeerAddress WithPort(int port)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        ushort wire = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness((ushort)port) : (ushort)port;
        return new PeerAddress(_family, wire, _flowOrIPv4, _word0, _word1, _word2, _word3, _scope);
    }

    /// <summary>
    /// Gets the network that the address belongs to: the key of a rate limit. One host owns a whole IPv6 /64 and can take a new address
    /// of it for every datagram, so a limit per IPv6 address is none.
    /// </summary>
    /// <param name="ipv4Bits">The prefix length for IPv4, 0 to 32. Default 32, the one address.</param>
    /// <param name="ipv6Bits">The prefix length for IPv6, 0 to 128. Default 64, one subnet (RFC 4291 §2.5.1).</param>
    public PeerPrefix GetPrefix(int ipv4Bits = 32, int ipv6Bits = 64) => new(this, IsIPv4 ? ipv4Bits : ipv6Bits);

    /// <summary>Makes the address without the port as the runtime's own type. Allocates.</summary>
    public IPAddress ToIPAddress() => _family switch
    {
        FamilyIPv4 => new IPAddress(AddressBytes),
        FamilyIPv6 => new IPAddress(AddressBytes, (uint)_scope),
        _ => throw new InvalidOperationException("The default value is no address."),
    };

    /// <summary>Makes the address and port as the runtime's own type. Allocates.</summary>
    public IPEndPoint ToIPEndPoint() => new(ToIPAddress(), Port);

    /// <summary>Copies the address, 4 or 16 bytes in network order, without the port.</summary>
    /// <returns>The number of bytes copied; 0 for the default value.</returns>
    public int CopyAddressTo(Span<byte> destination)
    {
        ReadOnlySpan<byte> bytes = AddressBytes;
        bytes.CopyTo(destination);
        return bytes.Length;
    }

    /// <inheritdoc/>
    public bool Equals(PeerAddress other)
    {
        // two loads that overlap cover the 28 bytes
        ref byte a = ref Unsafe.As<PeerAddress, byte>(ref Unsafe.AsRef(in this));
        ref byte b = ref Unsafe.As<PeerAddress, byte>(ref other);
        return Vector128.LoadUnsafe(ref a) == Vector128.LoadUnsafe(ref b)
            && Vector128.LoadUnsafe(ref a, 12) == Vector128.LoadUnsafe(ref b, 12);
    }

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is PeerAddress other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _family == FamilyIPv4
        ? HashCode.Combine(_port, _flowOrIPv4)
        : HashCode.Combine(_port, _flowOrIPv4, _word0, _word1, _word2, _word3, _scope);

    /// <summary>Compares two addresses.</summary>
    public static bool operator ==(in PeerAddress left, in PeerAddress right) => left.Equals(right);

    /// <summary>Compares two addresses.</summary>
    public static bool operator !=(in PeerAddress left, in PeerAddress right) => !left.Equals(right);

    /// <summary>Writes <c>192.0.2.1:53</c> or <c>[2001:db8::1]:53</c>; the default value is <c>none</c>.</summary>
    public override string ToString()
    {
        Span<char> text = stackalloc char[80];
        return TryFormat(text, out int written, default, null) ? text[..written].ToString() : string.Empty;
    }

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        if (_family == FamilyIPv4)
        {
            ReadOnlySpan<byte> a = AddressBytes;
            return destination.TryWrite($"{a[0]}.{a[1]}.{a[2]}.{a[3]}:{Port}", out charsWritten);
        }

        return _family == FamilyIPv6
            ? destination.TryWrite($"[{ToIPAddress()}]:{Port}", out charsWritten)
            : destination.TryWrite($"none", out charsWritten);
    }

    /// <summary>Gets whether a reply may leave from this address: it is one of a single machine, not a group's or everybody's.</summary>
    internal bool CanBeSource => _family switch
    {
        FamilyIPv4 => _flowOrIPv4 != 0 && AddressBytes[0] < 224,
        FamilyIPv6 => AddressBytes[0] != 0xFF && (_word0 | _word1 | _word2 | _word3) != 0,
        _ => false,
    };

    /// <summary>Gets whether the address is IPv6's own kind for one link (fe80::/10), which means nothing without the interface.</summary>
    internal bool IsLinkLocalIPv6 => IsIPv6 && AddressBytes[0] == 0xFE && (AddressBytes[1] & 0xC0) == 0x80;

    internal bool IsMapped => _family == FamilyIPv6 && (_word0 | _word1) == 0
        && _word2 == (BitConverter.IsLittleEndian ? MappedMark : 0x0000FFFF);

    /// <summary>Makes an IPv4 address of what the system wrote, both numbers in network order.</summary>
    internal static PeerAddress FromIPv4(int address, ushort port) => new(FamilyIPv4, port, address, 0, 0, 0, 0, 0);

    /// <summary>Makes an IPv6 address of the 16 bytes that the system wrote; a mapped one becomes IPv4.</summary>
    internal static PeerAddress FromIPv6(ReadOnlySpan<byte> address, ushort port, uint scope)
    {
        ReadOnlySpan<int> words = MemoryMarshal.Cast<byte, int>(address[..16]);
        var made = new PeerAddress(FamilyIPv6, port, 0, words[0], words[1], words[2], words[3], (int)scope);
        return made.IsMapped ? made.Unmap() : made;
    }

    /// <summary>The port as the system has it, in network order.</summary>
    internal ushort WirePort => _port;

    /// <summary>The IPv4 address as the system has it, in network order.</summary>
    internal int WireIPv4 => _flowOrIPv4;

    internal PeerAddress Unmap() => new(FamilyIPv4, _port, _word3, 0, 0, 0, 0, 0);

    /// <summary>Gets the form that an IPv6 socket takes.</summary>
    internal PeerAddress Map() => _family == FamilyIPv4
        ? new(FamilyIPv6, _port, 0, 0, 0, BitConverter.IsLittleEndian ? MappedMark : 0x0000FFFF, _flowOrIPv4, 0)
        : this;

    internal ReadOnlySpan<byte> AddressBytes
    {
        [UnscopedRef]
        get
        {
            ReadOnlySpan<byte> all = MemoryMarshal.AsBytes(new ReadOnlySpan<PeerAddress>(in this));
            return _family switch
            {
                FamilyIPv4 => all.Slice(4, 4),
                FamilyIPv6 => all.Slice(8, 16),
                _ => default,
            };
        }
    }
}
