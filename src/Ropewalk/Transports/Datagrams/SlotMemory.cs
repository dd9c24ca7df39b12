using System.Buffers;

namespace Ropewalk.Transports.Datagrams;

/// <summary>Shows a slot of native memory to calls that take no pointer. <b>Lifetime</b>: that of the slot.</summary>
internal sealed unsafe class SlotMemory(byte* slot, int lengthBytes) : MemoryManager<byte>
{
    public override Span<byte> GetSpan() => new(slot, lengthBytes);

    public override MemoryHandle Pin(int elementIndex = 0) => new(slot + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
