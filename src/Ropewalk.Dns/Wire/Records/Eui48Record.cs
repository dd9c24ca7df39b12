using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds an address of 48 bits of a network interface. <b>Spec</b>: RFC 7043 §3.1.</summary>
/// <param name="Address">The address.</param>
public sealed record Eui48Record(Octets Address) : EuiRdata(Address)
{
    private static readonly RecordFormat Shape = Define(DnsType.EUI48, 6, static address => new Eui48Record(address));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);
}
