using System.Runtime.InteropServices;

namespace Ropewalk.Transports.Datagrams;

/// <summary>Is Linux's <c>struct iovec</c> on 64-bit systems.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LinuxIoVector
{
    public void* Address;
    public nuint Length;
}
