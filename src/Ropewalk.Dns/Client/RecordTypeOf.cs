using System.Diagnostics;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Client;

/// <summary>Knows the number of a record's type from the record's class: <see cref="ARecord"/> is A. A test holds that all are named so.</summary>
internal static class RecordTypeOf<TRecord>
    where TRecord : Rdata
{
    private const string Ending = "Record";

    /// <summary>Gets the type.</summary>
    public static DnsType Type { get; } = DnsTypes.TryParse(typeof(TRecord).Name.AsSpan()[..^Ending.Length], out DnsType type)
        ? type
        : throw new UnreachableException($"No type of records is called as {typeof(TRecord).Name} is.");
}
