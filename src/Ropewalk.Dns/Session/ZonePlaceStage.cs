namespace Ropewalk.Dns.Session;

/// <summary>Names what of a zone a transfer sends next.</summary>
internal enum ZonePlaceStage : byte
{
    /// <summary>The SOA, with which it begins.</summary>
    Beginning,

    /// <summary>The other records.</summary>
    Records,

    /// <summary>The SOA, with which it ends.</summary>
    Ending,

    /// <summary>Nothing.</summary>
    Complete,
}
