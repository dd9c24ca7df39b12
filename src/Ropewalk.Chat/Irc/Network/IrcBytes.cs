using System.Buffers.Text;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is a buffer that grows and is used again.</summary>
internal sealed class IrcBytes(int capacity)
{
    private byte[] _bytes = capacity == 0 ? [] : new byte[capacity];

    /// <summary>Gets how many bytes were added.</summary>
    public int Length { get; private set; }

    /// <summary>Gets the bytes. <b>Lifetime</b>: until more is added.</summary>
    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public IrcBytes Add(byte letter)
    {
        Reserve(1);
        _bytes[Length++] = letter;
        return this;
    }

    public IrcBytes Add(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
        return this;
    }

    public IrcBytes Add(long number)
    {
        Reserve(20);
        Utf8Formatter.TryFormat(number, _bytes.AsSpan(Length), out int written);
        Length += written;
        return this;
    }

    /// <summary>Puts a byte in front of what was added from <paramref name="at"/> on.</summary>
    public void Insert(int at, byte letter)
    {
        Reserve(1);
        _bytes.AsSpan(at, Length - at).CopyTo(_bytes.AsSpan(at + 1));
        _bytes[at] = letter;
        Length++;
    }

    private void Reserve(int count)
    {
        if (Length + count > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(Length + count, _bytes.Length * 2));
        }
    }
}
