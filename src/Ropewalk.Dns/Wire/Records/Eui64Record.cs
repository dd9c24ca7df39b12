using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds an address of 64 bits of a network interface. <b>Spec</b>: RFC 7043 §4.1.</summary>
/// <param name="Address">The address.</param>
public sealed record Eui64Record(Octets Address) : EuiRdata(Address)
{
    private static readonly RecordFormat Shape = Define(DnsType.EUI64, 8, static address => new Eui64Record(address));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);
}
