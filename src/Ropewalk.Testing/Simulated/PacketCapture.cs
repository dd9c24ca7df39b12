using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Ropewalk.Testing.Simulated;

/// <summary>Writes packets as a pcapng file (draft-ietf-opsawg-pcapng), with raw IP as the link, for Wireshark and tshark to dissect.</summary>
/// <remarks>
/// It shows what arrives, when it does: what was lost is not in it, and so nothing is repeated but a request to connect whose answer was lost. The
/// acknowledgements, which a simulation does not send, are added where each would have left: dissectors count what is under way by them.
/// </remarks>
internal static class PacketCapture
{
    private const uint SectionHeader = 0x0A0D0D0A;
    private const uint InterfaceDescription = 1;
    private const uint EnhancedPacket = 6;
    private const uint ByteOrderMagic = 0x1A2B3C4D;
    private const ushort RawIp = 101;
    private const byte Nanoseconds = 9;
    private const int LongestSegmentBytes = 65_000; // with its headers within IPv4's 65,535

    public static void Write(Stream to, DateTimeOffset start, IEnumerable<CapturedPacket> packets)
    {
        WriteBlock(to, SectionHeader, [.. U32(ByteOrderMagic), .. U16(1), .. U16(0), .. Enumerable.Repeat((byte)0xFF, 8)]);
        // if_tsresol: 10^-9 s
        WriteBlock(to, InterfaceDescription, [.. U16(RawIp), .. U16(0), .. U32(0), .. U16(9), .. U16(1), Nanoseconds, 0, 0, 0, .. U16(0), .. U16(0)]);
        foreach (CapturedPacket packet in Complete(packets))
        {
            ulong time = (ulong)(start + packet.At - DateTimeOffset.UnixEpoch).Ticks * 100;
            byte[] bytes = Packet(packet);
            byte[] body = new byte[20 + ((bytes.Length + 3) & ~3)];
            BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(4), (uint)(time >> 32));
            BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(8), (uint)time);
            BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(12), (uint)bytes.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(body.AsSpan(16), (uint)bytes.Length);
            bytes.CopyTo(body, 20);
            WriteBlock(to, EnhancedPacket, body);
        }
    }

    /// <summary>Cuts what is too long for one packet, and adds the acknowledgements.</summary>
    private static IEnumerable<CapturedPacket> Complete(IEnumerable<CapturedPacket> packets)
    {
        // by direction: the sequence number of what comes next
        var next = new Dictionary<(IPEndPoint From, IPEndPoint To), uint>();
        foreach (CapturedPacket packet in packets.SelectMany(Cut))
        {
            yield return packet;
            TcpFlags flags = packet.Flags ?? TcpFlags.Reset;
            uint length = (uint)packet.Payload.Length + (flags.HasFlag(TcpFlags.Syn) || flags.HasFlag(TcpFlags.Fin) ? 1u : 0);
            if (length == 0 || flags.HasFlag(TcpFlags.Reset))
            {
                continue;
            }

            next[(packet.Source, packet.Target)] = packet.Sequence + length;
            if (flags.HasFlag(TcpFlags.Acknowledge)) // all but the first request, which its answer acknowledges
            {
                uint sequence = next.GetValueOrDefault((packet.Target, packet.Source));
                yield return new CapturedPacket(packet.At, packet.Target, packet.Source, TcpFlags.Acknowledge, sequence, packet.Sequence + length, default);
            }
        }
    }

    private static IEnumerable<CapturedPacket> Cut(CapturedPacket packet)
    {
        if (packet.Flags is null || packet.Payload.Length <= LongestSegmentBytes)
        {
            yield return packet;
            yield break;
        }

        for (int start = 0; start < packet.Payload.Length; start += LongestSegmentBytes)
        {
            ReadOnlyMemory<byte> piece = packet.Payload.Slice(start, Math.Min(LongestSegmentBytes, packet.Payload.Length - start));
            yield return packet with { Sequence = packet.Sequence + (uint)start, Payload = piece };
        }
    }

    private static void WriteBlock(Stream to, uint type, ReadOnlySpan<byte> body)
    {
        uint length = (uint)body.Length + 12;
        to.Write(U32(type));
        to.Write(U32(length));
        to.Write(body);
        to.Write(U32(length));
    }

    private static byte[] Packet(in CapturedPacket packet)
    {
        ReadOnlySpan<byte> payload = packet.Payload.Span;
        byte[] transport = packet.Flags is { } flags ? Tcp(packet, flags, payload) : Udp(packet, payload);
        byte[] from = packet.Source.Address.GetAddressBytes(), to = packet.Target.Address.GetAddressBytes();
        byte protocol = packet.Flags is null ? (byte)17 : (byte)6;
        ushort checksum = Checksum([.. from, .. to, 0, protocol, .. U16Big((ushort)transport.Length), .. transport]);
        BinaryPrimitives.WriteUInt16BigEndian(transport.AsSpan(packet.Flags is null ? 6 : 16), checksum == 0 && packet.Flags is null ? (ushort)0xFFFF : checksum);
        return [.. packet.Source.AddressFamily == AddressFamily.InterNetwork ? IPv4(from, to, protocol, transport.Length) : IPv6(from, to, protocol, transport.Length), .. transport];
    }

    // RFC 791 §3.1
    private static byte[] IPv4(byte[] from, byte[] to, byte protocol, int length)
    {
        byte[] header = [0x45, 0, .. U16Big((ushort)(length + 20)), 0, 0, 0x40, 0, 64, protocol, 0, 0, .. from, .. to];
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), Checksum(header));
        return header;
    }

    // RFC 8200 §3
    private static byte[] IPv6(byte[] from, byte[] to, byte protocol, int length) => [0x60, 0, 0, 0, .. U16Big((ushort)length), protocol, 64, .. from, .. to];

    // RFC 9293 §3.1
    private static byte[] Tcp(in CapturedPacket packet, TcpFlags flags, ReadOnlySpan<byte> payload) =>
    [
        .. U16Big((ushort)packet.Source.Port), .. U16Big((ushort)packet.Target.Port), .. U32Big(packet.Sequence), .. U32Big(packet.Acknowledged),
        0x50, (byte)flags, 0xFF, 0xFF, 0, 0, 0, 0, .. payload,
    ];

    // RFC 768
    private static byte[] Udp(in CapturedPacket packet, ReadOnlySpan<byte> payload) =>
        [.. U16Big((ushort)packet.Source.Port), .. U16Big((ushort)packet.Target.Port), .. U16Big((ushort)(payload.Length + 8)), 0, 0, .. payload];

    // RFC 1071
    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += (uint)(bytes[i] << 8) + (i + 1 < bytes.Length ? bytes[i + 1] : 0u);
        }

        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    private static byte[] U16(ushort value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] U32(uint value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];

    private static byte[] U16Big(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] U32Big(uint value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];
}
