using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the DNSKEY that the parent is asked to make a DS of. <b>Spec</b>: RFC 7344 §3.2.</summary>
/// <param name="Flags">What the key is for.</param>
/// <param name="Protocol">3.</param>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="PublicKey">The key.</param>
public sealed record CdnskeyRecord(ushort Flags, byte Protocol, byte Algorithm, Octets PublicKey) : KeyRdata(Flags, Protocol, Algorithm, PublicKey)
{
    private static readonly RecordFormat Shape = Define(DnsType.CDNSKEY, 1, static (flags, protocol, algorithm, publicKey) => new CdnskeyRecord(flags, protocol, algorithm, publicKey));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);
}
