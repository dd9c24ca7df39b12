using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Is the way to a service: the rdata that SVCB and HTTPS share. <b>Spec</b>: RFC 9460 §2.2.</summary>
public abstract record ServiceRdata : Rdata
{
    private protected ServiceRdata(ushort priority, DomainName target, ValueList<ServiceParameter> parameters)
    {
        Priority = priority;
        Target = target;
        Parameters = parameters;
    }

    /// <summary>Gets the priority: the lower, the sooner it is tried; 0 makes an alias.</summary>
    public ushort Priority { get; init; }

    /// <summary>Gets the host; the root is the owner itself.</summary>
    public DomainName Target { get; init; }

    /// <summary>Gets the parameters, in the order of their keys.</summary>
    public ValueList<ServiceParameter> Parameters { get; init; }

    private protected static RecordFormat Define(DnsType type, Func<ushort, DomainName, ValueList<ServiceParameter>, ServiceRdata> create) => RecordFormat.Define(
        type,
        [Field.U16("priority"), Field.Name("target", NameUse.Verbatim), new ServiceParametersField("parameters")],
        (ref RdataReader reader) => create(reader.U16(), reader.Name(), reader.Parameters()));

    private protected sealed override void Write(RdataWriter writer)
    {
        writer.U16(Priority);
        writer.Name(Target);
        writer.Parameters(Parameters);
    }
}
