using Ropewalk.Blocking;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Text;
using Ropewalk.Storage;

namespace Ropewalk.Dns.Server;

/// <summary>Reads a zone's master file, and the files that it includes, out of a file store.</summary>
/// <param name="store">Where the files are. What they include is inside of it, whatever they say.</param>
/// <param name="limits">The bounds; null for the defaults.</param>
public sealed class ZoneFileReader(IFileStore store, MasterFileLimits? limits = null)
{
    // What is parsed in a few milliseconds is not worth another thread.
    private const int InlineBytes = 1024 * 1024;

    // About as many are in such a file.
    internal const int InlineRecords = 25_000;

    private readonly IFileStore _store = store ?? throw new ArgumentNullException(nameof(store));

    /// <summary>Reads a zone. What is wrong with its files, that there is none included, is told by the parser that it gives back.</summary>
    /// <param name="file">The first file.</param>
    /// <param name="origin">The zone's name.</param>
    /// <param name="sink">Takes the records; on another thread for files that are long (see <see cref="BlockingWork"/>), and never on two at once.</param>
    /// <param name="zoneClass">The zone's class.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The parser, done: its problems and files.</returns>
    public async ValueTask<MasterFileParser> ReadAsync(
        FileStorePath file, DomainName origin, IRecordSink sink, DnsClass zoneClass = DnsClass.IN, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(sink);
        MasterFileParser parser = new(file.ToString(), origin, zoneClass, limits);
        int bytes = 0;
        while (await ParseAsync(parser, sink, bytes, cancellationToken) == MasterFileStatus.FileWanted)
        {
            bytes = Math.Max(bytes, await GiveAsync(parser, cancellationToken));
        }

        return parser;
    }

    private static async ValueTask<MasterFileStatus> ParseAsync(MasterFileParser parser, IRecordSink sink, int bytes, CancellationToken cancellationToken) =>
        bytes <= InlineBytes ? parser.Parse(sink) : await BlockingWork.RunAsync(() => parser.Parse(sink), cancellationToken);

    private async ValueTask<int> GiveAsync(MasterFileParser parser, CancellationToken cancellationToken)
    {
        if (!FileStorePath.TryParse(parser.WantedFile, out FileStorePath? path))
        {
            parser.Refuse("it is no path inside of a file store");
            return 0;
        }

        try
        {
            byte[]? text = await _store.ReadAllAsync(path, parser.WantedMostBytes, cancellationToken);
            if (text is null)
            {
                parser.Refuse("there is no such file");
                return 0;
            }

            parser.Give(text);
            return text.Length;
        }
        catch (FileStoreException e)
        {
            parser.Refuse(e.Reason);
            return 0;
        }
    }
}
