using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the start of a zone, with what its secondaries go by. <b>Spec</b>: RFC 1035 §3.3.13.</summary>
/// <param name="PrimaryServer">The server whose copy of the zone is the original.</param>
/// <param name="Mailbox">The mailbox of whoever is responsible, its first label before the at sign.</param>
/// <param name="Serial">The version of the zone, in the arithmetic of RFC 1982.</param>
/// <param name="Refresh">After what time a secondary asks for the serial.</param>
/// <param name="Retry">After what time a secondary asks again where that failed.</param>
/// <param name="Expire">After what time a secondary that hears nothing no longer answers.</param>
/// <param name="Minimum">How long it may be kept that a name or type does not exist (RFC 2308 §4).</param>
public sealed record SoaRecord(DomainName PrimaryServer, DomainName Mailbox, uint Serial, TimeSpan Refresh, TimeSpan Retry, TimeSpan Expire, TimeSpan Minimum) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.SOA,
        [
            Field.Name("mname", NameUse.Compressed),
            Field.Name("rname", NameUse.Compressed),
            Field.U32("serial"),
            Field.Duration("refresh"),
            Field.Duration("retry"),
            Field.Duration("expire"),
            Field.Duration("minimum"),
        ],
        static (ref RdataReader reader) => new SoaRecord(reader.Name(), reader.Name(), reader.U32(), reader.Duration(), reader.Duration(), reader.Duration(), reader.Duration()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.Name(PrimaryServer);
        writer.Name(Mailbox);
        writer.U32(Serial);
        writer.Duration(Refresh);
        writer.Duration(Retry);
        writer.Duration(Expire);
        writer.Duration(Minimum);
    }
}
