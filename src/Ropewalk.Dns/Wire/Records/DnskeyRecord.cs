using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds a key that signs the zone. <b>Spec</b>: RFC 4034 §2.1.</summary>
/// <param name="Flags">What the key is for.</param>
/// <param name="Protocol">3.</param>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="PublicKey">The key.</param>
public sealed record DnskeyRecord(ushort Flags, byte Protocol, byte Algorithm, Octets PublicKey) : KeyRdata(Flags, Protocol, Algorithm, PublicKey)
{
    private static readonly RecordFormat Shape = Define(DnsType.DNSKEY, 1, static (flags, protocol, algorithm, publicKey) => new DnskeyRecord(flags, protocol, algorithm, publicKey));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);
}
