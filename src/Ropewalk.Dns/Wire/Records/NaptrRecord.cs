using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a rule by which a name becomes another name or a URI. <b>Spec</b>: RFC 3403 §4.1.</summary>
/// <param name="Order">The lower, the earlier.</param>
/// <param name="Preference">The lower, the sooner among those of the same order.</param>
/// <param name="Flags">What the result is.</param>
/// <param name="Services">The services.</param>
/// <param name="Expression">The substitution.</param>
/// <param name="Replacement">The next name, where there is no substitution.</param>
public sealed record NaptrRecord(ushort Order, ushort Preference, Octets Flags, Octets Services, Octets Expression, DomainName Replacement) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.NAPTR,
        [
            Field.U16("order"),
            Field.U16("preference"),
            Field.Text("flags"),
            Field.Text("services"),
            Field.Text("regexp"),
            Field.Name("replacement", NameUse.Tolerated),
        ],
        static (ref RdataReader reader) => new NaptrRecord(reader.U16(), reader.U16(), reader.Counted(), reader.Counted(), reader.Counted(), reader.Name()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(Order);
        writer.U16(Preference);
        writer.Counted(Flags);
        writer.Counted(Services);
        writer.Counted(Expression);
        writer.Name(Replacement);
    }
}
