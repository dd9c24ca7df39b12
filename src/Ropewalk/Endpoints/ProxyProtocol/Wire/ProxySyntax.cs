namespace Ropewalk.Endpoints.ProxyProtocol.Wire;

/// <summary>The fixed bytes and sizes of the PROXY protocol, versions 1 and 2.</summary>
internal static class ProxySyntax
{
    // PROXY protocol §2.1: 107 bytes with CRLF, the longest line of TCP6
    public const int MaxLineBytes = 107;

    // PROXY protocol §2.2: signature, version and command, family and protocol, length
    public const int FixedBytes = 16;
    public const int IPv4Bytes = 12;
    public const int IPv6Bytes = 36;
    public const int UnixBytes = 216;
    public const int UnixPathBytes = 108;
    public const int ExtensionHeaderBytes = 3;
    public const int ChecksumBytes = 4;

    public const int FamilyInet = 1;
    public const int FamilyInet6 = 2;
    public const int FamilyUnix = 3;
    public const int ProtocolStream = 1;
    public const int ProtocolDatagram = 2;

    public static ReadOnlySpan<byte> Signature => [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    public static ReadOnlySpan<byte> LinePrefix => "PROXY "u8;

    /// <summary>Computes the CRC32C (RFC 4960 appendix B) of a header whose checksum field counts as zero.</summary>
    public static uint Checksum(ReadOnlySpan<byte> header, int fieldAt)
    {
        uint crc = uint.MaxValue;
        for (int i = 0; i < header.Length; i++)
        {
            crc = System.Numerics.BitOperations.Crc32C(crc, i >= fieldAt && i < fieldAt + ChecksumBytes ? (byte)0 : header[i]);
        }

        return ~crc;
    }
}
