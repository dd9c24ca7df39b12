namespace Ropewalk.Dns.Wire.Tsig;

/// <summary>Names the algorithms of signatures by shared secrets. <b>Spec</b>: RFC 8945 §6.</summary>
public enum TsigAlgorithm : byte
{
    /// <summary>hmac-sha256, the one to use.</summary>
    HmacSha256,

    /// <summary>hmac-sha384.</summary>
    HmacSha384,

    /// <summary>hmac-sha512.</summary>
    HmacSha512,

    /// <summary>hmac-sha1: for peers that have nothing better.</summary>
    HmacSha1,

    /// <summary>HMAC-MD5.SIG-ALG.REG.INT: it is checked, and never signed with.</summary>
    HmacMd5,
}
