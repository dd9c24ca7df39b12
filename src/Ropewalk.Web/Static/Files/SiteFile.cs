namespace Ropewalk.Web.Static.Files;

/// <summary>Reads one opened file of a site.</summary>
/// <remarks><b>Lifetime</b>: opened by <see cref="ISiteFiles.OpenAsync"/>, disposed by whoever opened it, after the last read has ended.</remarks>
public abstract class SiteFile : IDisposable
{
    /// <summary>Gets the state of the file when it was opened, taken from the open handle.</summary>
    public abstract FileStamp Stamp { get; }

    /// <summary>Takes the state of the file again.</summary>
    /// <returns>The state now.</returns>
    /// <exception cref="IOException">The disk fails.</exception>
    public abstract FileStamp TakeStamp();

    /// <summary>Reads from an offset.</summary>
    /// <param name="buffer">Takes the bytes.</param>
    /// <param name="offset">The offset from the file's start.</param>
    /// <param name="cancellationToken">Gives up waiting for a turn; a read that has begun ends first.</param>
    /// <returns>How many bytes were read: at least 1, or 0 at the end of the file.</returns>
    /// <exception cref="IOException">The disk fails.</exception>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken);

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the file.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> asks.</param>
    protected abstract void Dispose(bool disposing);
}
