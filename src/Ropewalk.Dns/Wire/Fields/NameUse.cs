namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Says how a name inside of rdata is compressed and made canonical.</summary>
internal enum NameUse : byte
{
    /// <summary>It is never compressed, and keeps its case in canonical form. <b>Spec</b>: RFC 3597 §4; RFC 6840 §5.1.</summary>
    Verbatim,

    /// <summary>It is never compressed, and is in lower case in canonical form. <b>Spec</b>: RFC 4034 §6.2.</summary>
    Downcased,

    /// <summary>It is not sent compressed and may arrive so, and is in lower case in canonical form. <b>Spec</b>: RFC 3597 §4.</summary>
    Tolerated,

    /// <summary>It may be sent compressed, as in the types of RFC 1035, and is in lower case in canonical form. <b>Spec</b>: RFC 3597 §4.</summary>
    Compressed,
}
