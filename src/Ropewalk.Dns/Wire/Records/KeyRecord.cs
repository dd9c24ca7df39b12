using System.Runtime.CompilerServices;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the key of a transaction. <b>Spec</b>: RFC 3445 §3.</summary>
/// <param name="Flags">What the key is for.</param>
/// <param name="Protocol">3.</param>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="PublicKey">The key.</param>
public sealed record KeyRecord(ushort Flags, byte Protocol, byte Algorithm, Octets PublicKey) : KeyRdata(Flags, Protocol, Algorithm, PublicKey)
{
    private static readonly RecordFormat Shape = Define(DnsType.KEY, 0, static (flags, protocol, algorithm, publicKey) => new KeyRecord(flags, protocol, algorithm, publicKey));

    /// <inheritdoc/>
    public override RecordFormat Format => Shape;

    [ModuleInitializer]
    internal static void Register() => RecordFormats.Register(Shape);
}
