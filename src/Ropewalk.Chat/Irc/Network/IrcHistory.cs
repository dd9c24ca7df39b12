using System.Runtime.CompilerServices;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Keeps the last messages of a channel, in the order in which they were relayed.</summary>
/// <remarks>
/// Both bounds hold: so many messages, so many bytes; the oldest go. The two rings grow by doubling up to their bounds and then are used again, so a channel that
/// has talked for a while allocates nothing for the next message.
/// </remarks>
internal sealed class IrcHistory(int mostMessages, int mostBytes)
{
    private const int FirstMessages = 8;
    private const int FirstBytes = 1024;

    private IrcHistoryEntry[] _entries = [];
    private byte[] _bytes = [];
    private byte[] _read = [];
    private int _first;
    private int _start;
    private int _used;

    public int MostMessages => mostMessages;

    public int MostBytes => mostBytes;

    /// <summary>Gets how many bytes of memory it holds.</summary>
    public long HeldBytes => _bytes.Length + _read.Length + ((long)_entries.Length * Unsafe.SizeOf<IrcHistoryEntry>());

    /// <summary>Gets its place among all histories, or null if it is in no such row.</summary>
    public LinkedListNode<IrcChannel>? Place { get; init; }

    /// <summary>Gets how many messages are kept.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the number of the oldest message that is kept; the first that was ever kept has 0.</summary>
    public long FirstNumber { get; private set; }

    /// <summary>Gets an entry, the oldest first.</summary>
    public IrcHistoryEntry this[int index] => _entries[(_first + index) % _entries.Length];

    /// <summary>Keeps a message.</summary>
    public void Add(in IrcHistoryMessage message)
    {
        if (message.Source.Length > byte.MaxValue || message.Account.Length > byte.MaxValue)
        {
            return;
        }

        var entry = new IrcHistoryEntry(
            message.Time, 0, (byte)message.Id.Length, (byte)message.Source.Length, (byte)message.Account.Length, message.Kind, message.IsBot, (ushort)message.ClientTags.Length, (ushort)message.Text.Length);
        if (mostMessages == 0 || entry.Bytes > mostBytes)
        {
            return;
        }

        while (Count >= mostMessages || _used + entry.Bytes > mostBytes)
        {
            RemoveOldest();
        }

        ReserveEntry();
        ReserveBytes(entry.Bytes);
        int at = (_start + _used) % _bytes.Length;
        _entries[(_first + Count++) % _entries.Length] = entry with { Offset = at };
        _used += entry.Bytes;
        at = Write(at, message.Id);
        at = Write(at, message.Source);
        at = Write(at, message.Account);
        at = Write(at, message.ClientTags);
        Write(at, message.Text);
    }

    /// <summary>Makes a history of the same messages, the last of them, that has other bounds.</summary>
    public IrcHistory Within(int messages, int bytes)
    {
        var other = new IrcHistory(messages, bytes) { Place = Place };
        for (int i = 0; i < Count; i++)
        {
            other.Add(Read(i));
        }

        return other;
    }

    /// <summary>Reads a message. <b>Lifetime</b>: until the next call.</summary>
    public IrcHistoryMessage Read(int index)
    {
        IrcHistoryEntry entry = this[index];
        ReadOnlySpan<byte> bytes = Contiguous(entry.Offset, entry.Bytes);
        int source = entry.IdBytes;
        int account = source + entry.SourceBytes;
        int tags = account + entry.AccountBytes;
        int text = tags + entry.TagsBytes;
        return new IrcHistoryMessage
        {
            Time = entry.Time,
            Kind = entry.Kind,
            IsBot = entry.IsBot,
            Id = bytes[..source],
            Source = bytes[source..account],
            Account = bytes[account..tags],
            ClientTags = bytes[tags..text],
            Text = bytes[text..],
        };
    }

    /// <summary>Finds a message by its id.</summary>
    /// <returns>Its index, or -1.</returns>
    public int Find(ReadOnlySpan<byte> id)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            if (this[i].IdBytes == id.Length && Read(i).Id.SequenceEqual(id))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Finds the first message that is not before a time; <see cref="Count"/> if there is none.</summary>
    public int FirstNotBefore(DateTimeOffset time)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (this[middle].Time < time)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Finds the first message that is after a time; <see cref="Count"/> if there is none.</summary>
    public int FirstAfter(DateTimeOffset time) => time == DateTimeOffset.MaxValue ? Count : FirstNotBefore(time.AddTicks(1));

    private void RemoveOldest()
    {
        int bytes = _entries[_first].Bytes;
        _first = (_first + 1) % _entries.Length;
        _start = (_start + bytes) % _bytes.Length;
        _used -= bytes;
        Count--;
        FirstNumber++;
    }

    private void ReserveEntry()
    {
        if (Count < _entries.Length)
        {
            return;
        }

        var larger = new IrcHistoryEntry[Math.Min(mostMessages, Math.Max(FirstMessages, _entries.Length * 2))];
        for (int i = 0; i < Count; i++)
        {
            larger[i] = this[i];
        }

        _entries = larger;
        _first = 0;
    }

    private void ReserveBytes(int count)
    {
        if (_used + count <= _bytes.Length)
        {
            return;
        }

        byte[] larger = new byte[Math.Min(mostBytes, Math.Max(FirstBytes, Math.Max(_used + count, _bytes.Length * 2)))];
        int tail = Math.Min(_used, _bytes.Length - _start);
        _bytes.AsSpan(_start, tail).CopyTo(larger);
        _bytes.AsSpan(0, _used - tail).CopyTo(larger.AsSpan(tail));
        int at = 0;
        for (int i = 0; i < Count; i++)
        {
            ref IrcHistoryEntry entry = ref _entries[(_first + i) % _entries.Length];
            entry = entry with { Offset = at };
            at += entry.Bytes;
        }

        _bytes = larger;
        _start = 0;
    }

    private int Write(int at, ReadOnlySpan<byte> bytes)
    {
        int head = Math.Min(bytes.Length, _bytes.Length - at);
        bytes[..head].CopyTo(_bytes.AsSpan(at));
        bytes[head..].CopyTo(_bytes);
        return (at + bytes.Length) % _bytes.Length;
    }

    private ReadOnlySpan<byte> Contiguous(int offset, int count)
    {
        int head = Math.Min(count, _bytes.Length - offset);
        if (head == count)
        {
            return _bytes.AsSpan(offset, head);
        }

        if (_read.Length < count)
        {
            _read = new byte[count];
        }

        _bytes.AsSpan(offset, head).CopyTo(_read);
        _bytes.AsSpan(0, count - head).CopyTo(_read.AsSpan(head));
        return _read.AsSpan(0, count);
    }
}
