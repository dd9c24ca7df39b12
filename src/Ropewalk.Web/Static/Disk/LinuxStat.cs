using System.Runtime.InteropServices;
using Ropewalk.Web.Static.Files;

namespace Ropewalk.Web.Static.Disk;

/// <summary>Mirrors the kernel's <c>struct statx</c>, whose layout is the same on every architecture.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct LinuxStat
{
    [FieldOffset(28)] private readonly ushort _mode;
    [FieldOffset(32)] private readonly ulong _inode;
    [FieldOffset(40)] private readonly ulong _length;
    [FieldOffset(96)] private readonly long _inodeChangedSeconds;
    [FieldOffset(104)] private readonly uint _inodeChangedNanoseconds;
    [FieldOffset(112)] private readonly long _modifiedSeconds;
    [FieldOffset(120)] private readonly uint _modifiedNanoseconds;
    [FieldOffset(136)] private readonly uint _deviceMajor;
    [FieldOffset(140)] private readonly uint _deviceMinor;

    public readonly bool IsFile => (_mode & 0xF000) == 0x8000;

    public readonly bool IsFolder => (_mode & 0xF000) == 0x4000;

    public readonly bool IsLink => (_mode & 0xF000) == 0xA000;

    public readonly long LengthBytes => (long)_length;

    public readonly long ModifiedUnixNanoseconds => unchecked(_modifiedSeconds * 1_000_000_000 + _modifiedNanoseconds);

    public readonly FileStamp ToStamp()
    {
        HashCode changed = default;
        changed.Add(_inodeChangedSeconds);
        changed.Add(_inodeChangedNanoseconds);
        changed.Add(((ulong)_deviceMajor << 32) | _deviceMinor);
        return new FileStamp(LengthBytes, ModifiedUnixNanoseconds, _inode ^ ((ulong)(uint)changed.ToHashCode() << 32));
    }
}
