using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Zones.Text;

/// <summary>Finds out of which zone a master file is, if nobody says: by its SOA, and where that is relative, by the file's name.</summary>
public static class MasterFileApex
{
    // An SOA is the first record of nearly every file; what comes before are remarks.
    private const int MostBytes = 64 * 1024;

    private static readonly string[] Endings = [".zone", ".db", ".hosts", ".txt", ".signed"];
    private static readonly string[] Beginnings = ["db.", "zone."];

    /// <summary>Finds the zone's name.</summary>
    /// <param name="text">The file, or its first 64 KiB.</param>
    /// <param name="file">The file's name: a path with slashes.</param>
    /// <returns>The owner of the first SOA; without one that can be read, what the file's name says. Null if neither says anything.</returns>
    public static DomainName? Find(ReadOnlyMemory<byte> text, string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        if (FromFileName(file) is { } named)
        {
            return FindSoa(text, file, named) ?? FindSoa(text, file, DomainName.Root) ?? named;
        }

        // Nothing says what a relative owner, as @, would be below.
        return FindSoa(text, file, DomainName.Root) is { IsRoot: false } absolute ? absolute : null;
    }

    /// <summary>Takes the zone's name from the file's: <c>example.org.zone</c>, <c>db.example.org</c>, <c>example.org</c>.</summary>
    public static DomainName? FromFileName(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        string name = file[(file.LastIndexOf('/') + 1)..];
        foreach (string ending in Endings)
        {
            name = name.EndsWith(ending, StringComparison.OrdinalIgnoreCase) ? name[..^ending.Length] : name;
        }

        foreach (string beginning in Beginnings)
        {
            name = name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase) ? name[beginning.Length..] : name;
        }

        return name.Length > 0 && DomainName.TryParse(name, out DomainName? apex) ? apex : null;
    }

    private static DomainName? FindSoa(ReadOnlyMemory<byte> text, string file, DomainName origin)
    {
        MasterFileParser parser = new(file, origin);
        parser.Give(text.Length > MostBytes ? text[..MostBytes] : text);
        FirstSoa sink = new();
        while (parser.Parse(sink) == MasterFileStatus.FileWanted)
        {
            if (sink.Owner is not null)
            {
                break;
            }

            parser.Refuse("only the first file is looked at");
        }

        return sink.Owner;
    }

    private sealed class FirstSoa : IRecordSink
    {
        public DomainName? Owner { get; private set; }

        public void Add(scoped ReadOnlySpan<byte> owner, DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata, SourcePosition position = default)
        {
            if (type == DnsType.SOA && Owner is null)
            {
                Owner = DomainName.Of(owner);
            }
        }
    }
}
