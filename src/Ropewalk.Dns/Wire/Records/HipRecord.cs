using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a host's identity, and where to meet it. <b>Spec</b>: RFC 8005 §5.</summary>
/// <param name="Identity">Lengths, algorithm, tag, key and servers, in wire form.</param>
public sealed record HipRecord(Octets Identity) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.HIP,
        [new HostIdentityField("identity"), Field.Names("rendezvous-servers")],
        static (ref RdataReader reader) => new HipRecord(reader.Rest()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Bytes(Identity);
}
