namespace Ropewalk.Dns.Zones;

/// <summary>Says what a name of a zone means to a lookup, so that it need not look at the record sets.</summary>
[Flags]
public enum ZoneNodeFlags : ushort
{
    /// <summary>Nothing special.</summary>
    None = 0,

    /// <summary>The zone's own name.</summary>
    Apex = 1,

    /// <summary>Name servers of a child zone stand here: a zone cut. <b>Spec</b>: RFC 1034 §4.2.1.</summary>
    Cut = 2,

    /// <summary>A name above has a cut or a DNAME: what stands here is glue or hidden, and no answer.</summary>
    Occluded = 4,

    /// <summary>No record stands here, but some below: an empty non-terminal. <b>Spec</b>: RFC 4592 §2.2.2.</summary>
    Empty = 8,

    /// <summary>A CNAME stands here.</summary>
    Cname = 16,

    /// <summary>A DNAME stands here. <b>Spec</b>: RFC 6672.</summary>
    Dname = 32,

    /// <summary>A child <c>*</c> stands directly below: names that do not exist may be its. <b>Spec</b>: RFC 4592 §2.1.1.</summary>
    HasWildcard = 64,

    /// <summary>Only a hashed denial stands here, and nothing below: as a name it does not exist. <b>Spec</b>: RFC 5155 §7.2.8.</summary>
    Hashed = 128,

    /// <summary>An NSEC record stands here.</summary>
    Nsec = 256,

    /// <summary>A record that is signed stands here.</summary>
    Signed = 512,
}
