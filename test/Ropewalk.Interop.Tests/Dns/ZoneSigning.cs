namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Says how a generated zone is signed.</summary>
internal enum ZoneSigning
{
    None,
    Nsec,

    /// <summary>Hashed without salt, once: what RFC 9276 recommends.</summary>
    Nsec3,

    /// <summary>Hashed with salt, and again.</summary>
    Nsec3Salted,

    /// <summary>Hashed; delegations without DS are left out of the chain.</summary>
    Nsec3OptOut,
}
