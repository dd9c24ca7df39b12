namespace Ropewalk.Dns.Zones.Checks;

/// <summary>Names each rule that a zone can break.</summary>
public enum ZoneRule
{
    /// <summary>A master file breaks a rule of its text; the problem says which.</summary>
    Text,

    /// <summary>A master file has something that is taken otherwise than it is written.</summary>
    TextWarning,

    /// <summary>A record's owner is not at or below the zone's name; it is left out. <b>Spec</b>: RFC 1035 §5.2.</summary>
    OutOfZone,

    /// <summary>A record is of another class than the zone. <b>Spec</b>: RFC 1035 §5.2.</summary>
    OtherClass,

    /// <summary>The zone has more bytes than one can have here, or more names without records between those that are written.</summary>
    ZoneTooLarge,

    /// <summary>The zone has no record at all.</summary>
    ZoneEmpty,

    /// <summary>The zone's name has no SOA. <b>Spec</b>: RFC 1035 §5.2.</summary>
    SoaMissing,

    /// <summary>The zone's name has more than one SOA. <b>Spec</b>: RFC 1035 §5.2.</summary>
    SoaMultiple,

    /// <summary>An SOA stands at another name than the zone's. <b>Spec</b>: RFC 1035 §5.2.</summary>
    SoaNotAtApex,

    /// <summary>The zone's name has no NS. <b>Spec</b>: RFC 1034 §4.2.1.</summary>
    NsMissing,

    /// <summary>Other records stand at a name with a CNAME. <b>Spec</b>: RFC 1034 §3.6.2; RFC 2181 §10.1.</summary>
    CnameBesideOthers,

    /// <summary>A name has more than one CNAME. <b>Spec</b>: RFC 2181 §10.1.</summary>
    CnameMultiple,

    /// <summary>A name has more than one DNAME. <b>Spec</b>: RFC 6672 §2.4.</summary>
    DnameMultiple,

    /// <summary>Records stand below a name with a DNAME. <b>Spec</b>: RFC 6672 §2.4.</summary>
    BelowDname,

    /// <summary>A wildcard has an NS. <b>Spec</b>: RFC 4592 §4.2.</summary>
    WildcardNs,

    /// <summary>A wildcard has a DNAME. <b>Spec</b>: RFC 4592 §4.4.</summary>
    WildcardDname,

    /// <summary>A name server of a child zone is in that zone, and has no address here. <b>Spec</b>: RFC 1034 §4.2.1; RFC 9471 §2.1.</summary>
    GlueMissing,

    /// <summary>A name server is below the cut of another child zone, and has no address here. <b>Spec</b>: RFC 9471 §2.2.</summary>
    SiblingGlueMissing,

    /// <summary>An MX, an SRV or the NS of a child zone names a host of the zone that does not exist, or has no address. <b>Spec</b>: RFC 1912 §2.5, §2.8.</summary>
    TargetMissing,

    /// <summary>An NS of the zone itself names a host of the zone that does not exist, or has no address. <b>Spec</b>: RFC 1912 §2.8.</summary>
    ServerMissing,

    /// <summary>An NS of the zone itself names a host of the zone that is an alias. <b>Spec</b>: RFC 2181 §10.3.</summary>
    ServerIsAlias,

    /// <summary>An MX, an SRV or the NS of a child zone names a host of the zone that is an alias. <b>Spec</b>: RFC 2181 §10.3; RFC 2782.</summary>
    TargetIsAlias,

    /// <summary>An NS, MX or SRV names what looks like an address. <b>Spec</b>: RFC 1035 §3.3.11.</summary>
    TargetIsAddress,

    /// <summary>An MX that says that there is no mail has others beside it. <b>Spec</b>: RFC 7505 §3.</summary>
    NullMxBesideOthers,

    /// <summary>A host's name has other characters than letters, digits and hyphens. <b>Spec</b>: RFC 1123 §2.1.</summary>
    HostNameOdd,

    /// <summary>The mailbox of an SOA has an at sign, or no domain. <b>Spec</b>: RFC 1035 §3.3.13.</summary>
    MailboxOdd,

    /// <summary>The times of an SOA contradict each other. <b>Spec</b>: RFC 1912 §2.2; RFC 2308 §5.</summary>
    SoaTimersOdd,

    /// <summary>The records of a set have different TTLs; the first one's is taken. <b>Spec</b>: RFC 2181 §5.2.</summary>
    TtlsDiffer,

    /// <summary>A record is there twice; it is taken once. <b>Spec</b>: RFC 2181 §5.</summary>
    Duplicate,

    /// <summary>A record set fits into no message. <b>Spec</b>: RFC 1035 §4.2.2.</summary>
    SetTooLarge,

    /// <summary>Records that are no addresses stand below a cut, or others than a delegation has at one: nobody is given them. <b>Spec</b>: RFC 2181 §6.</summary>
    Occluded,

    /// <summary>A DS stands where no child zone begins. <b>Spec</b>: RFC 4035 §2.4.</summary>
    DsNotAtCut,

    /// <summary>A DS stands at the zone's own name; it is the parent's. <b>Spec</b>: RFC 4035 §2.4.</summary>
    DsAtApex,

    /// <summary>Records are signed, and the zone has no DNSKEY. <b>Spec</b>: RFC 4035 §2.1.</summary>
    DnskeyMissing,

    /// <summary>Records are signed, and the zone's name has neither NSEC nor NSEC3PARAM. <b>Spec</b>: RFC 4035 §2.3; RFC 5155 §7.1.</summary>
    DenialMissing,

    /// <summary>A record set of a signed zone has no RRSIG. <b>Spec</b>: RFC 4035 §2.2.</summary>
    SignatureMissing,

    /// <summary>An RRSIG has expired. <b>Spec</b>: RFC 4034 §3.1.5.</summary>
    SignatureExpired,

    /// <summary>An RRSIG is not yet valid. <b>Spec</b>: RFC 4034 §3.1.5.</summary>
    SignatureNotYetValid,

    /// <summary>An RRSIG covers a type that its owner has no records of. <b>Spec</b>: RFC 4035 §2.2.</summary>
    SignatureOfNothing,

    /// <summary>The signer of an RRSIG is not the zone. <b>Spec</b>: RFC 4035 §2.2.</summary>
    SignerForeign,

    /// <summary>An NSEC3PARAM stands at another name than the zone's. <b>Spec</b>: RFC 5155 §4.</summary>
    Nsec3ParamNotAtApex,

    /// <summary>An NSEC3PARAM has an unknown algorithm, or flags. <b>Spec</b>: RFC 5155 §4.1.2.</summary>
    Nsec3ParamUnusable,

    /// <summary>NSEC3 hashes more than once. <b>Spec</b>: RFC 9276 §3.1.</summary>
    Nsec3IterationsMany,

    /// <summary>There is an NSEC3PARAM, and no NSEC3 that matches it. <b>Spec</b>: RFC 5155 §7.1.</summary>
    Nsec3ChainMissing,

    /// <summary>The owner of an NSEC3 is not a hash directly below the zone's name. <b>Spec</b>: RFC 5155 §3.</summary>
    Nsec3NameOdd,

    /// <summary>NSEC3 hashes more than 151 times: its denials are not used. <b>Spec</b>: RFC 9276 §3.2.</summary>
    Nsec3IterationsTooMany,
}
