using System.Runtime.CompilerServices;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the OpenPGP key of a mailbox. <b>Spec</b>: RFC 7929 §2.1.</summary>
/// <param name="PublicKey">The key.</param>
public sealed record OpenPgpKeyRecord(Octets PublicKey) : Rdata
{
    private static readonly RecordFormat Shape = RecordFormat.Define(
        DnsType.OPENPGPKEY,
        [Field.Base64("public-key")],
        static (ref RdataReader reader) => new OpenPgpKeyRecord(reader.Rest()));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);

    private protected override void Write(RdataWriter writer) => writer.Bytes(PublicKey);
}
