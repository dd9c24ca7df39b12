using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Holds the headers of a worker's batch calls, filled in once: each points at its slot for good, and a batch touches only lengths.
/// </summary>
internal sealed unsafe class LinuxMessages
{
    private const int ControlStride = 64;               // one packet-info message is 32 (IPv4) or 40 (IPv6) bytes
    private const int ControlIPv4Bytes = 32;
    private const int ControlIPv6Bytes = 40;
    private const int ControlHeaderBytes = 16;          // struct cmsghdr
    private const uint NameIPv4Bytes = 16;

    private readonly void* _block;
    private readonly DatagramSlots _slots;
    private readonly byte* _receiveControl;
    private readonly byte* _sendControl;
    private readonly bool _ipv6;
    private readonly bool _packetInfo;
    private readonly PeerAddress _local;
    private readonly ushort _localPort;

    public LinuxMessages(DatagramSlots slots, in PeerAddress local, bool packetInfo)
    {
        _slots = slots;
        _ipv6 = local.IsIPv6;
        _packetInfo = packetInfo;
        _local = local;
        _localPort = local.WirePort;
        nuint count = (nuint)slots.Capacity;
        nuint perSlot = (nuint)(2 * (sizeof(LinuxMessageHeader) + sizeof(LinuxIoVector) + ControlStride));
        _block = NativeMemory.AlignedAlloc(count * perSlot, 64);
        NativeMemory.Clear(_block, count * perSlot);
        Receive = (LinuxMessageHeader*)_block;
        Send = Receive + count;
        _receiveControl = (byte*)(Send + count);
        _sendControl = _receiveControl + (count * ControlStride);
        var vectors = (LinuxIoVector*)(_sendControl + (count * ControlStride));
        for (int i = 0; i < slots.Capacity; i++)
        {
            slots.Received[i].Local = local;
            Prepare(&Receive[i], &slots.Received[i].Peer, &vectors[i], &_receiveControl[i * ControlStride]);
            vectors[i].Address = slots.Received[i].Payload;
            vectors[i].Length = (nuint)slots.ReceiveBytes;
            Receive[i].ControlLength = packetInfo ? (nuint)ControlStride : 0;
            Prepare(&Send[i], &slots.Outgoing[i].To, &vectors[slots.Capacity + i], &_sendControl[i * ControlStride]);
        }
    }

    public LinuxMessageHeader* Receive { get; }

    public LinuxMessageHeader* Send { get; }

    public void Free() => NativeMemory.AlignedFree(_block);

    /// <summary>Takes what the system wrote into the first <paramref name="count"/> headers over into the slots.</summary>
    /// <returns>The bytes received.</returns>
    public long TakeReceived(int count, ref long truncated)
    {
        long bytes = 0;
        for (int i = 0; i < count; i++)
        {
            LinuxMessageHeader* header = &Receive[i];
            ReceivedDatagram* slot = &_slots.Received[i];
            int length = (int)header->Length;
            slot->Length = length;
            bytes += length;
            bool cut = (header->Flags & LinuxSocketCalls.FlagTruncated) != 0;
            slot->IsTruncated = cut;
            if (cut)
            {
                truncated++;
            }

            if (_packetInfo)
            {
                ReadLocalAddress(slot, &_receiveControl[i * ControlStride], header->ControlLength);
                header->ControlLength = ControlStride;
            }

            if (_ipv6 && slot->Peer.IsMapped)
            {
                slot->Peer = slot->Peer.Unmap();
            }
        }

        return bytes;
    }

    /// <summary>Completes the headers of the first <paramref name="count"/> outgoing datagrams.</summary>
    public void FillSends(int count)
    {
        for (int i = 0; i < count; i++)
        {
            OutgoingDatagram* outgoing = &_slots.Outgoing[i];
            LinuxMessageHeader* header = &Send[i];
            header->Vectors->Address = outgoing->Payload;
            header->Vectors->Length = (nuint)outgoing->Length;
            if (_ipv6)
            {
                outgoing->To = outgoing->To.Map();
            }

            header->ControlLength = _packetInfo && outgoing->From.CanBeSource
                ? WriteSource(&_sendControl[i * ControlStride], outgoing->From)
                : 0;
        }
    }

    /// <summary>Gives back a header whose name the system did not write: it was woken, not sent to.</summary>
    public void ResetName(int index)
    {
        Receive[index].NameLength = NameLength;
        Receive[index].ControlLength = _packetInfo ? (nuint)ControlStride : 0;
    }

    /// <summary>Sends one datagram from any thread, without waiting.</summary>
    public bool SendNow(int socket, PeerAddress to, in PeerAddress from, ReadOnlySpan<byte> payload)
    {
        byte* control = stackalloc byte[ControlStride];
        new Span<byte>(control, ControlStride).Clear();
        if (_ipv6)
        {
            to = to.Map();
        }

        fixed (byte* bytes = payload)
        {
            LinuxIoVector vector = new() { Address = bytes, Length = (nuint)payload.Length };
            LinuxMessageHeader header = default;
            Prepare(&header, &to, &vector, control);
            if (_packetInfo && from.CanBeSource)
            {
                header.ControlLength = WriteSource(control, from);
            }
            else
            {
                header.Control = null;
            }

            nint sent;
            do
            {
                sent = LinuxSocketCalls.Send(socket, &header, LinuxSocketCalls.FlagDontWait);
            }
            while (sent < 0 && Marshal.GetLastPInvokeError() == LinuxSocketCalls.ErrorInterrupted);

            return sent >= 0;
        }
    }

    private uint NameLength => _ipv6 ? (uint)PeerAddress.SizeBytes : NameIPv4Bytes;

    private void Prepare(LinuxMessageHeader* header, PeerAddress* name, LinuxIoVector* vector, byte* control)
    {
        header->Name = name;
        header->NameLength = NameLength;
        header->Vectors = vector;
        header->VectorCount = 1;
        header->Control = control;
    }

    // struct cmsghdr { size_t len; int level; int type; } and then
    // struct in_pktinfo { int ifindex; in_addr spec_dst; in_addr addr; } or struct in6_pktinfo { in6_addr addr; unsigned ifindex; }
    private void ReadLocalAddress(ReceivedDatagram* slot, byte* control, nuint length)
    {
        int level = Unsafe.ReadUnaligned<int>(control + 8);
        int type = Unsafe.ReadUnaligned<int>(control + 12);
        if (length >= ControlIPv4Bytes - 4 && level == LinuxSocketCalls.LevelIPv4 && type == LinuxSocketCalls.OptionIPv4PacketInfo)
        {
            slot->Local = PeerAddress.FromIPv4(Unsafe.ReadUnaligned<int>(control + ControlHeaderBytes + 4), _localPort);
        }
        else if (length >= ControlIPv6Bytes - 4 && level == LinuxSocketCalls.LevelIPv6 && type == LinuxSocketCalls.ControlIPv6PacketInfo)
        {
            uint scope = Unsafe.ReadUnaligned<uint>(control + ControlHeaderBytes + 16);
            var address = PeerAddress.FromIPv6(new ReadOnlySpan<byte>(control + ControlHeaderBytes, 16), _localPort, 0);
            slot->Local = address.IsLinkLocalIPv6
                ? PeerAddress.FromIPv6(address.AddressBytes, _localPort, scope)
                : address;
        }
        else
        {
            slot->Local = _local;
        }
    }

    private nuint WriteSource(byte* control, in PeerAddress from)
    {
        if (!_ipv6)
        {
            Unsafe.WriteUnaligned(control, (nuint)(ControlHeaderBytes + 12));
            Unsafe.WriteUnaligned(control + 8, LinuxSocketCalls.LevelIPv4);
            Unsafe.WriteUnaligned(control + 12, LinuxSocketCalls.OptionIPv4PacketInfo);
            Unsafe.WriteUnaligned(control + ControlHeaderBytes, 0);
            Unsafe.WriteUnaligned(control + ControlHeaderBytes + 4, from.WireIPv4);
            return ControlIPv4Bytes;
        }

        PeerAddress mapped = from.Map();
        Unsafe.WriteUnaligned(control, (nuint)(ControlHeaderBytes + 20));
        Unsafe.WriteUnaligned(control + 8, LinuxSocketCalls.LevelIPv6);
        Unsafe.WriteUnaligned(control + 12, LinuxSocketCalls.ControlIPv6PacketInfo);
        mapped.AddressBytes.CopyTo(new Span<byte>(control + ControlHeaderBytes, 16));
        Unsafe.WriteUnaligned(control + ControlHeaderBytes + 16, from.ScopeId);
        return ControlIPv6Bytes;
    }
}
