using Microsoft.Win32.SafeHandles;
using Ropewalk.Web.Static.Files;

namespace Ropewalk.Web.Static.Disk;

/// <summary>Reads an opened file where nothing is known but .NET's own methods. An empty file has no handle.</summary>
internal sealed class PortableSiteFile(SafeFileHandle? handle, FileStamp stamp) : SiteFile
{
    public override FileStamp Stamp => stamp;

    public static FileStamp StampOf(SafeFileHandle handle) =>
        new(RandomAccess.GetLength(handle), (File.GetLastWriteTimeUtc(handle) - DateTime.UnixEpoch).Ticks * 100, (ulong)File.GetCreationTimeUtc(handle).Ticks);

    public override FileStamp TakeStamp() => handle is null ? stamp : StampOf(handle);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        if (handle is null) return ValueTask.FromResult(0);
        cancellationToken.ThrowIfCancellationRequested();
        // without the token: the buffer stays the read's own until the read has ended
        return new ValueTask<int>(DiskWork.RunAsync(() => RandomAccess.Read(handle, buffer.Span, offset)));
    }

    protected override void Dispose(bool disposing) => handle?.Dispose();
}
