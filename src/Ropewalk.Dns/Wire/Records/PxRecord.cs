using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Says how X.400 addresses are written in the mail of the Internet. <b>Spec</b>: RFC 2163 §4.</summary>
/// <param name="Preference">The lower, the sooner it is used.</param>
/// <param name="Map822">The domain of RFC 822.</param>
/// <param name="MapX400">The domain of X.400.</param>
public sealed record PxRecord(ushort Preference, DomainName Map822, DomainName MapX400) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.PX,
        [Field.U16("preference"), Field.Name("map822", NameUse.Tolerated), Field.Name("mapx400", NameUse.Tolerated)],
        static (ref RdataReader reader) => new PxRecord(reader.U16(), reader.Name(), reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(Preference);
        writer.Name(Map822);
        writer.Name(MapX400);
    }
}
