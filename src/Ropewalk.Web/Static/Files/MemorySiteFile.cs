namespace Ropewalk.Web.Static.Files;

/// <summary>Reads a file of <see cref="MemorySiteFiles"/>.</summary>
internal sealed class MemorySiteFile(ReadOnlyMemory<byte> content, long modifiedUnixNanoseconds) : SiteFile
{
    public override FileStamp Stamp => new(content.Length, modifiedUnixNanoseconds, 0);

    public override FileStamp TakeStamp() => Stamp;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        if (offset >= content.Length) return ValueTask.FromResult(0);
        ReadOnlyMemory<byte> part = content[(int)offset..];
        if (part.Length > buffer.Length) part = part[..buffer.Length];
        part.CopyTo(buffer);
        return ValueTask.FromResult(part.Length);
    }

    protected override void Dispose(bool disposing)
    {
    }
}
