using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Says how a service is reached. <b>Spec</b>: RFC 9460 §2.2.</summary>
/// <param name="Priority">The lower, the sooner it is tried; 0 makes an alias.</param>
/// <param name="Target">The host; the root is the owner itself.</param>
/// <param name="Parameters">The parameters, in the order of their keys.</param>
public sealed record SvcbRecord(ushort Priority, DomainName Target, ValueList<ServiceParameter> Parameters) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.SVCB,
        [Field.U16("priority"), Field.Name("target", NameUse.Verbatim), new ServiceParametersField("parameters")],
        static (ref RdataReader reader) => new SvcbRecord(reader.U16(), reader.Name(), reader.Parameters()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U16(Priority);
        writer.Name(Target);
        writer.Parameters(Parameters);
    }
}
