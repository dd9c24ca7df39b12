using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Ropewalk.Web.Static.Files;

namespace Ropewalk.Web.Static.Disk;

/// <summary>Reads an opened file on Linux: at once what the page cache holds, off the loops what the disk has to fetch.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxSiteFile(SafeFileHandle handle, FileStamp stamp) : SiteFile
{
    // set once if the file system (or a C library without preadv2) cannot say what is cached
    private static volatile bool _cannotTell;

    public override FileStamp Stamp => stamp;

    public override FileStamp TakeStamp()
    {
        bool referenced = false;
        try
        {
            handle.DangerousAddRef(ref referenced);
            int error = LinuxCalls.Stat((int)handle.DangerousGetHandle(), "\0"u8, LinuxCalls.EmptyPath, out LinuxStat stat);
            return error == 0 ? stat.ToStamp() : throw new IOException($"The state of an open file cannot be read (error {-error}).");
        }
        finally
        {
            if (referenced) handle.DangerousRelease();
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        if (!_cannotTell)
        {
            nint count = ReadCached(buffer.Span, offset);
            if (count >= 0) return ValueTask.FromResult((int)count);
        }
        cancellationToken.ThrowIfCancellationRequested();
        // without the token: the buffer stays the read's own until the read has ended
        return new ValueTask<int>(DiskWork.RunAsync(() => RandomAccess.Read(handle, buffer.Span, offset)));
    }

    protected override void Dispose(bool disposing) => handle.Dispose();

    private nint ReadCached(Span<byte> buffer, long offset)
    {
        try
        {
            nint count = LinuxCalls.ReadCached(handle, buffer, offset);
            if (count is -LinuxError.NotSupported or -LinuxError.NotImplemented or -LinuxError.Invalid) _cannotTell = true;
            return count;
        }
        catch (EntryPointNotFoundException)
        {
            _cannotTell = true;
            return -LinuxError.NotImplemented;
        }
    }
}
