using System.Runtime.InteropServices;

namespace Ropewalk.Transports.Datagrams;

/// <summary>
/// Is Linux's <c>struct mmsghdr</c> on 64-bit systems: a <c>struct msghdr</c> of 56 bytes, the last four of them padding, then the number of
/// bytes that were received or sent. glibc and musl agree: where musl has an <c>int</c> and padding, the upper half is zero.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal unsafe struct LinuxMessageHeader
{
    [FieldOffset(0)]
    public void* Name;

    [FieldOffset(8)]
    public uint NameLength;

    [FieldOffset(16)]
    public LinuxIoVector* Vectors;

    [FieldOffset(24)]
    public nuint VectorCount;

    [FieldOffset(32)]
    public void* Control;

    [FieldOffset(40)]
    public nuint ControlLength;

    [FieldOffset(48)]
    public int Flags;

    [FieldOffset(56)]
    public uint Length;
}
