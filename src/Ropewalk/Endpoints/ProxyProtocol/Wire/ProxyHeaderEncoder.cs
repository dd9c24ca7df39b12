using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ropewalk.Framing;

namespace Ropewalk.Endpoints.ProxyProtocol.Wire;

/// <summary>
/// Encodes a header in the version that it names. Addresses of different families become IPv6 ones; what a version cannot say (Unix paths
/// in version 1) is written as unknown.
/// </summary>
public sealed class ProxyHeaderEncoder : IFrameEncoder<ProxyHeader>
{
    /// <summary>Gets whether a version 2 header ends with a checksum.</summary>
    public bool WithChecksum { get; init; }

    /// <inheritdoc/>
    public void Encode(ProxyHeader frame, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentNullException.ThrowIfNull(output);
        if (frame.Version == 1)
        {
            output.Write(Encoding.ASCII.GetBytes(Line(frame)));
        }
        else
        {
            output.Write(Binary(frame));
        }
    }

    private static string Line(ProxyHeader frame)
    {
        if (frame.Command == ProxyCommand.Local || !TryPair(frame, out IPEndPoint? source, out IPEndPoint? destination))
        {
            return "PROXY UNKNOWN\r\n";
        }

        string family = source!.AddressFamily == AddressFamily.InterNetwork ? "TCP4" : "TCP6";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"PROXY {family} {WithoutScope(source.Address)} {WithoutScope(destination!.Address)} {source.Port} {destination.Port}\r\n");
    }

    private byte[] Binary(ProxyHeader frame)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        bytes.Write(ProxySyntax.Signature);
        int protocol = frame.IsDatagram ? ProxySyntax.ProtocolDatagram : ProxySyntax.ProtocolStream;
        bytes.Write<byte>([(byte)(0x20 | (int)frame.Command), 0, 0, 0]);
        int family = 0;
        if (frame.Command == ProxyCommand.Proxy)
        {
            family = WriteAddresses(frame, bytes);
            foreach (ProxyTlv extension in family == 0 ? [] : frame.Extensions)
            {
                WriteExtension(extension.Type, extension.Value.Span, bytes);
            }
        }

        int checksumAt = bytes.WrittenCount + ProxySyntax.ExtensionHeaderBytes;
        if (WithChecksum && family != 0)
        {
            WriteExtension(ProxyTlvType.Crc32C, [0, 0, 0, 0], bytes);
        }

        byte[] header = bytes.WrittenSpan.ToArray();
        int block = header.Length - ProxySyntax.FixedBytes;
        if (block > ushort.MaxValue)
        {
            throw new ArgumentException("A PROXY header's extensions are longer than 64 KiB.", nameof(frame));
        }

        header[13] = (byte)(family == 0 ? 0 : (family << 4) | protocol);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)block);
        if (checksumAt < header.Length)
        {
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(checksumAt), ProxySyntax.Checksum(header, checksumAt));
        }

        return header;
    }

    private static int WriteAddresses(ProxyHeader frame, ArrayBufferWriter<byte> bytes)
    {
        if (TryPair(frame, out IPEndPoint? source, out IPEndPoint? destination))
        {
            Span<byte> ports = stackalloc byte[4];
            BinaryPrimitives.WriteUInt16BigEndian(ports, (ushort)source!.Port);
            BinaryPrimitives.WriteUInt16BigEndian(ports[2..], (ushort)destination!.Port);
            bytes.Write(source.Address.GetAddressBytes());
            bytes.Write(destination.Address.GetAddressBytes());
            bytes.Write(ports);
            return source.AddressFamily == AddressFamily.InterNetwork ? ProxySyntax.FamilyInet : ProxySyntax.FamilyInet6;
        }

        if (frame.Source is not UnixDomainSocketEndPoint && frame.Destination is not UnixDomainSocketEndPoint)
        {
            return 0;
        }

        WriteUnix(frame.Source as UnixDomainSocketEndPoint, bytes);
        WriteUnix(frame.Destination as UnixDomainSocketEndPoint, bytes);
        return ProxySyntax.FamilyUnix;
    }

    private static void WriteUnix(UnixDomainSocketEndPoint? endPoint, ArrayBufferWriter<byte> bytes)
    {
        Span<byte> path = bytes.GetSpan(ProxySyntax.UnixPathBytes)[..ProxySyntax.UnixPathBytes];
        path.Clear();

        // it shows an abstract name's zero byte as @
        string text = endPoint?.ToString() ?? "";
        Encoding.UTF8.GetEncoder().Convert(text, path, flush: true, out _, out _, out _);
        path[0] = text.StartsWith('@') ? (byte)0 : path[0];
        bytes.Advance(ProxySyntax.UnixPathBytes);
    }

    private static void WriteExtension(ProxyTlvType type, ReadOnlySpan<byte> value, ArrayBufferWriter<byte> bytes)
    {
        if (value.Length > ushort.MaxValue)
        {
            throw new ArgumentException("A PROXY header's extension is longer than 64 KiB.");
        }

        bytes.Write<byte>([(byte)type, (byte)(value.Length >> 8), (byte)value.Length]);
        bytes.Write(value);
    }

    private static bool TryPair(ProxyHeader frame, out IPEndPoint? source, out IPEndPoint? destination)
    {
        source = frame.Source as IPEndPoint;
        destination = frame.Destination as IPEndPoint;
        if (source is null || destination is null)
        {
            return false;
        }

        // a dual-stack socket shows IPv4 peers as IPv6 ones
        source = Unmapped(source);
        destination = Unmapped(destination);
        if (source.AddressFamily != destination.AddressFamily)
        {
            source = new IPEndPoint(source.Address.MapToIPv6(), source.Port);
            destination = new IPEndPoint(destination.Address.MapToIPv6(), destination.Port);
        }

        return true;
    }

    private static IPEndPoint Unmapped(IPEndPoint endPoint) =>
        endPoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port) : endPoint;

    private static IPAddress WithoutScope(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;
}
