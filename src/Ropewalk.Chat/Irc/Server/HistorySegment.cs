using System.Globalization;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Is one file of the history's log.</summary>
/// <remarks>
/// <b>Shape</b> of the name: <c>000000000007.log</c>, or <c>000000000007.4711.log</c> where only the first 4,711 bytes count: what stands behind them was refused, and nobody was told of it.
/// </remarks>
/// <param name="Path">Where it is.</param>
/// <param name="Number">Its place in the row.</param>
/// <param name="Bytes">How many of its bytes count.</param>
internal readonly record struct HistorySegment(FileStorePath Path, long Number, long Bytes)
{
    // two of the longest records: whatever its place, one is whole in it
    private const int BufferBytes = 2 * HistoryRecord.MostBytes;

    /// <summary>Names a segment of which all counts.</summary>
    public static FileStorePath PathOf(FileStorePath folder, long number) => folder / string.Create(CultureInfo.InvariantCulture, $"{number:D12}.log");

    /// <summary>Names a segment of which only the beginning counts.</summary>
    public static FileStorePath PathOf(FileStorePath folder, long number, long bytes) => folder / string.Create(CultureInfo.InvariantCulture, $"{number:D12}.{bytes}.log");

    /// <summary>Reads what a file's name and length say.</summary>
    /// <returns>Null if it is no segment.</returns>
    public static HistorySegment? Of(FileStoreEntry entry)
    {
        string[] words = entry.Path.Name.Split('.');
        if (entry.IsFolder || words.Length is not (2 or 3) || words[^1] != "log" || !TryRead(words[0], out long number))
        {
            return null;
        }

        long counting = entry.LengthBytes;
        return words.Length == 3 && !TryRead(words[1], out counting) ? null : new HistorySegment(entry.Path, number, Math.Min(counting, entry.LengthBytes));
    }

    /// <summary>Reads the records of an open segment, the oldest first, up to where they end; never more of it at once than two records can have.</summary>
    public async ValueTask ReadAsync(IFileStoreFile file, Action<HistoryRecord> take, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferBytes];
        int held = 0;
        long read = 0;
        while (true)
        {
            int count = await file.ReadAsync(read, buffer.AsMemory(held, (int)Math.Min(buffer.Length - held, Bytes - read)), cancellationToken);
            read += count;
            held += count;
            int taken = Take(buffer.AsSpan(0, held), take);
            buffer.AsSpan(taken, held - taken).CopyTo(buffer);
            held -= taken;
            // A full buffer of which nothing was taken is no record.
            if (count == 0 || held == buffer.Length)
            {
                return;
            }
        }
    }

    private static int Take(ReadOnlySpan<byte> bytes, Action<HistoryRecord> take)
    {
        int taken = 0;
        while (HistoryRecord.TryRead(bytes[taken..], out HistoryRecord? record, out int length))
        {
            take(record);
            taken += length;
        }

        return taken;
    }

    private static bool TryRead(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
