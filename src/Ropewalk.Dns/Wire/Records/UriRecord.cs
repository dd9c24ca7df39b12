using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the URI of the owner's service. <b>Spec</b>: RFC 7553 §4.</summary>
/// <param name="Priority">The lower, the sooner it is tried.</param>
/// <param name="Weight">The share among those of the same priority.</param>
/// <param name="Target">The URI.</param>
public sealed record UriRecord(ushort Priority, ushort Weight, Octets Target) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.URI,
        [Field.U16("priority"), Field.U16("weight"), Field.LongText("target", 1)],
        static (ref RdataReader reader) => new UriRecord(reader.U16(), reader.U16(), reader.Rest()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(Priority);
        writer.U16(Weight);
        writer.Bytes(Target);
    }
}
