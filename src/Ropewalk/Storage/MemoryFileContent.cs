namespace Ropewalk.Storage;

/// <summary>Holds one file's bytes in memory, and what of them would survive a power cut.</summary>
internal sealed class MemoryFileContent
{
    private byte[] _bytes = [];
    private int _durableLength;
    private byte[]? _durableBeforeClear;

    public int Length { get; private set; }

    public int Read(long offset, Span<byte> buffer)
    {
        if (offset >= Length)
        {
            return 0;
        }

        int count = (int)Math.Min(buffer.Length, Length - offset);
        _bytes.AsSpan((int)offset, count).CopyTo(buffer);
        return count;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - Length < bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(Length + bytes.Length, Math.Min(Length * 2, Array.MaxLength)));
        }

        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Clear()
    {
        _durableBeforeClear ??= _bytes.AsSpan(0, _durableLength).ToArray();
        _durableLength = 0;
        Length = 0;
    }

    public void Flush()
    {
        _durableBeforeClear = null;
        _durableLength = Length;
    }

    /// <summary>Makes the content that is left after a power cut.</summary>
    public MemoryFileContent Survivor()
    {
        byte[] bytes = _durableBeforeClear ?? _bytes.AsSpan(0, _durableLength).ToArray();
        return new MemoryFileContent { _bytes = bytes, _durableLength = bytes.Length, Length = bytes.Length };
    }
}
