using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a key for IPsec, and the gateway that has it. <b>Spec</b>: RFC 4025 §2.1.</summary>
/// <param name="Precedence">The lower, the sooner it is tried.</param>
/// <param name="Gateway">The gateway's type, the algorithm, the gateway and the key, in wire form.</param>
public sealed record IpseckeyRecord(byte Precedence, Octets Gateway) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.IPSECKEY,
        [Field.U8("precedence"), new GatewayField("gateway"), Field.Base64("public-key", 0)],
        static (ref RdataReader reader) => new IpseckeyRecord(reader.U8(), reader.Rest()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer)
    {
        writer.U8(Precedence);
        writer.Bytes(Gateway);
    }
}
