using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Is a public key: the rdata that KEY, DNSKEY and CDNSKEY share. <b>Spec</b>: RFC 4034 §2.1.</summary>
public abstract record KeyRdata : Rdata
{
    private protected KeyRdata(ushort flags, byte protocol, byte algorithm, Octets publicKey)
    {
        Flags = flags;
        Protocol = protocol;
        Algorithm = algorithm;
        PublicKey = publicKey;
    }

    /// <summary>Gets what the key is for.</summary>
    public ushort Flags { get; init; }

    /// <summary>Gets 3.</summary>
    public byte Protocol { get; init; }

    /// <summary>Gets the algorithm.</summary>
    public byte Algorithm { get; init; }

    /// <summary>Gets the key.</summary>
    public Octets PublicKey { get; init; }

    private protected static RecordFormat Define(DnsType type, int leastKeyBytes, Func<ushort, byte, byte, Octets, KeyRdata> create) => RecordFormat.Define(
        type,
        [Field.U16("flags"), Field.U8("protocol"), Field.Algorithm("algorithm"), Field.Base64("public-key", leastKeyBytes)],
        (ref RdataReader reader) => create(reader.U16(), reader.U8(), reader.U8(), reader.Rest()));

    private protected sealed override void Write(RdataWriter writer)
    {
        writer.U16(Flags);
        writer.U8(Protocol);
        writer.U8(Algorithm);
        writer.Bytes(PublicKey);
    }
}
