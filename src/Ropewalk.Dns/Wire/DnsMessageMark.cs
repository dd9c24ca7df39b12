namespace Ropewalk.Dns.Wire;

/// <summary>Is a place in a message that is being written, to come back to: where a record set began that does not fit.</summary>
public readonly record struct DnsMessageMark
{
    internal DnsMessageMark(int position, ulong counts, DnsSection section)
    {
        Position = position;
        Counts = counts;
        Section = section;
    }

    /// <summary>Gets how many bytes had been written.</summary>
    public int Position { get; }

    internal ulong Counts { get; }

    internal DnsSection Section { get; }
}
