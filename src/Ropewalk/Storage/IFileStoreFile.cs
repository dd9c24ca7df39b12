namespace Ropewalk.Storage;

/// <summary>Is one open file of an <see cref="IFileStore"/>.</summary>
/// <remarks><b>Call</b>: one call at a time. Disposing does not flush.</remarks>
public interface IFileStoreFile : IAsyncDisposable
{
    /// <summary>Gets the path by which it was opened.</summary>
    FileStorePath Path { get; }

    /// <summary>Gets the length in bytes, what was appended and not yet flushed included.</summary>
    long LengthBytes { get; }

    /// <summary>Reads bytes at an offset.</summary>
    /// <returns>How many were read; 0 at and behind the end.</returns>
    ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken = default);

    /// <summary>Appends all of <paramref name="bytes"/>, or fails and leaves the file as long as it was: no torn record stays behind a full disk.</summary>
    ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes what was appended durable. If it fails, nobody can say what the disk holds of it: the file takes no more appends, and must be
    /// opened and read again.
    /// </summary>
    ValueTask FlushAsync(CancellationToken cancellationToken = default);
}
