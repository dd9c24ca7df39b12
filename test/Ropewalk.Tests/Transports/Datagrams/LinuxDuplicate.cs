using System.Runtime.InteropServices;

namespace Ropewalk.Tests.Transports.Datagrams;

internal static partial class LinuxDuplicate
{
    [LibraryImport("libc", EntryPoint = "dup")]
    internal static partial int Duplicate(int descriptor);
}
