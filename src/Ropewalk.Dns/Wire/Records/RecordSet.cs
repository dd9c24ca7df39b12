namespace Ropewalk.Dns.Wire.Records;

/// <summary>Is the set of all records of one name, class and type: what is answered, kept and signed as one. <b>Spec</b>: RFC 2181 §5.</summary>
/// <param name="Owner">The name that they belong to.</param>
/// <param name="Class">The class.</param>
/// <param name="Type">The type.</param>
/// <param name="Ttl">How long they may be kept.</param>
/// <param name="Rdatas">What they say, each once, in the order in which they came.</param>
public sealed record RecordSet(DomainName Owner, DnsClass Class, DnsType Type, TimeSpan Ttl, ValueList<Rdata> Rdatas)
{
    /// <summary>Gathers records into sets, in the order of each set's first.</summary>
    public static IReadOnlyList<RecordSet> Gather(IEnumerable<ResourceRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        return
        [
            .. from record in records
               group record by (record.Owner, record.Class, record.Type) into set
               // RFC 2181 §5.2: where the TTLs differ, the lowest is that of all.
               select new RecordSet(set.Key.Owner, set.Key.Class, set.Key.Type, set.Min(record => record.Ttl), new([.. set.Select(record => record.Rdata).Distinct()])),
        ];
    }
}
