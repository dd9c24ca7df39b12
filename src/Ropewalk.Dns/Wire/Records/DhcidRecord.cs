using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Says which DHCP client the owner belongs to. <b>Spec</b>: RFC 4701 §3.1.</summary>
/// <param name="Identity">Type, digest's algorithm, digest.</param>
public sealed record DhcidRecord(Octets Identity) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.DHCID,
        [Field.Base64("digest", 3)],
        static (ref RdataReader reader) => new DhcidRecord(reader.Rest()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Bytes(Identity);
}
