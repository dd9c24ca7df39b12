using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Tests.Transports.Datagrams;

public sealed class LinuxMessageHeaderTests
{
    // the values of sizeof and offsetof in C on LP64 Linux
    [Fact]
    public void Has_the_sizes_and_offsets_of_C()
    {
        Assert.Equal(64, Unsafe.SizeOf<LinuxMessageHeader>());
        Assert.Equal(16, Unsafe.SizeOf<LinuxIoVector>());
        Assert.Equal(8, Offset(nameof(LinuxMessageHeader.NameLength)));
        Assert.Equal(16, Offset(nameof(LinuxMessageHeader.Vectors)));
        Assert.Equal(24, Offset(nameof(LinuxMessageHeader.VectorCount)));
        Assert.Equal(32, Offset(nameof(LinuxMessageHeader.Control)));
        Assert.Equal(40, Offset(nameof(LinuxMessageHeader.ControlLength)));
        Assert.Equal(48, Offset(nameof(LinuxMessageHeader.Flags)));
        Assert.Equal(56, Offset(nameof(LinuxMessageHeader.Length)));

        static int Offset(string field) => (int)Marshal.OffsetOf<LinuxMessageHeader>(field);
    }
}
