using System.Buffers;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Holds what a client has sent ahead of its pace, until its time has come. It takes memory only while there is something.</summary>
internal sealed class IrcBacklog
{
    private byte[] _bytes = [];
    private int _start;

    /// <summary>Gets how many bytes are held.</summary>
    public int Length { get; private set; }

    /// <summary>Gets what is held. <b>Lifetime</b>: until more is added.</summary>
    public ReadOnlySequence<byte> Content => new(_bytes, _start, Length);

    /// <summary>Adds all that is left of the input.</summary>
    public void Add(ref SequenceReader<byte> input)
    {
        int count = (int)input.Remaining;
        if (_start + Length + count > _bytes.Length)
        {
            byte[] larger = new byte[Math.Max(Length + count, Length * 2)];
            _bytes.AsSpan(_start, Length).CopyTo(larger);
            _bytes = larger;
            _start = 0;
        }

        input.UnreadSequence.CopyTo(_bytes.AsSpan(_start + Length));
        Length += count;
        input.Advance(count);
    }

    /// <summary>Removes what has been read.</summary>
    public void Remove(int count)
    {
        _start += count;
        Length -= count;
    }

    /// <summary>Gives the memory back.</summary>
    public void Clear()
    {
        _bytes = [];
        _start = 0;
        Length = 0;
    }
}
