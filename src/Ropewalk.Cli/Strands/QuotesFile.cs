using System.Text;
using Ropewalk.Blocking;
using Talkback;

namespace Ropewalk.Cli.Strands;

/// <summary>Is the file that a bot's quotes come from; without one, the quotes inside the program.</summary>
internal sealed class QuotesFile(string? path)
{
    // A quote is a line of chat; ten thousand of them are a bookshelf.
    private const long MostBytes = 4L << 20;

    private (long Bytes, DateTime Written) _read;

    /// <summary>Gets the path; null for the quotes inside the program.</summary>
    public string? Path => path;

    /// <summary>Reads the quotes if they have changed since they were read; null if they have not.</summary>
    /// <exception cref="IOException">The file cannot be read, or is too large.</exception>
    public Task<IReadOnlyList<string>?> ReadChangedAsync() => BlockingWork.RunAsync(ReadChanged);

    /// <summary>Reads the quotes if they have changed since they were read.</summary>
    public IReadOnlyList<string>? ReadChanged()
    {
        if (path is null)
        {
            bool isFirst = _read == default;
            _read = (1, default);
            return isFirst ? TalkbackSettings.ReadQuotes(Encoding.UTF8.GetString(EmbeddedFiles.Read("Talkback/quotes.txt").Span)) : null;
        }

        var file = new FileInfo(path);
        (long Bytes, DateTime Written) now = (file.Length, file.LastWriteTimeUtc);
        if (now == _read)
        {
            return null;
        }

        if (now.Bytes > MostBytes)
        {
            throw new IOException($"{path} has {now.Bytes} bytes; at most {MostBytes} are allowed");
        }

        IReadOnlyList<string> quotes = TalkbackSettings.ReadQuotes(RegularFile.ReadAllText(path));
        _read = now;
        return quotes.Count > 0 ? quotes : throw new IOException($"{path} has no quotes: one a line");
    }
}
