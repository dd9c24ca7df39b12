using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Says who may issue certificates for the owner. <b>Spec</b>: RFC 8659 §4.1.</summary>
/// <param name="Flags">128 if an issuer must understand the property.</param>
/// <param name="Tag">The property: issue, issuewild, iodef …</param>
/// <param name="Value">Its value.</param>
public sealed record CaaRecord(byte Flags, Octets Tag, Octets Value) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.CAA,
        [Field.U8("flags"), new TextField("tag", isBare: true), Field.LongText("value")],
        static (ref RdataReader reader) => new CaaRecord(reader.U8(), reader.Counted(), reader.Rest()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U8(Flags);
        writer.Counted(Tag);
        writer.Bytes(Value);
    }
}
