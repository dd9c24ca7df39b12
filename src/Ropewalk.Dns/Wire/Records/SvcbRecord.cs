using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Says how a service is reached. <b>Spec</b>: RFC 9460 §2.2.</summary>
/// <param name="Priority">The lower, the sooner it is tried; 0 makes an alias.</param>
/// <param name="Target">The host; the root is the owner itself.</param>
/// <param name="Parameters">The parameters, in the order of their keys.</param>
public sealed record SvcbRecord(ushort Priority, DomainName Target, ValueList<ServiceParameter> Parameters) : ServiceRdata(Priority, Target, Parameters)
{
    private static readonly RecordFormat Shape = Define(DnsType.SVCB, static (priority, target, parameters) => new SvcbRecord(priority, target, parameters));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);
}
