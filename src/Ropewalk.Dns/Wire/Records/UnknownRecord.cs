namespace Ropewalk.Dns.Wire.Records;

/// <summary>Is rdata of a type that has no description here. <b>Spec</b>: RFC 3597 §3.</summary>
/// <param name="UnknownType">The type.</param>
/// <param name="Bytes">The rdata.</param>
public sealed record UnknownRecord(DnsType UnknownType, Octets Bytes) : Rdata
{
    /// <inheritdoc/>
    public override RecordFormat Format => RecordFormat.Unknown(UnknownType);

    private protected override void Write(RdataWriter writer) => writer.Bytes(Bytes);
}
