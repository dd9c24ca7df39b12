using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds prefixes of addresses. <b>Spec</b>: RFC 3123 §4.</summary>
/// <param name="Prefixes">The items in wire form.</param>
public sealed record AplRecord(Octets Prefixes) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.APL,
        [new PrefixesField("prefixes")],
        static (ref RdataReader reader) => new AplRecord(reader.Rest()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Bytes(Prefixes);
}
