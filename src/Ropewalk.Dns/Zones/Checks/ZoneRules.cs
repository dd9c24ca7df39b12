namespace Ropewalk.Dns.Zones.Checks;

/// <summary>Says what the rules mean, and how bad it is to break them.</summary>
public static class ZoneRules
{
    /// <summary>Gets whether a zone that breaks the rule can be served.</summary>
    public static ZoneSeverity Severity(this ZoneRule rule) => rule switch
    {
        ZoneRule.Text
            or ZoneRule.OtherClass
            or ZoneRule.ZoneTooLarge
            or ZoneRule.ZoneEmpty
            or ZoneRule.SoaMissing
            or ZoneRule.SoaMultiple
            or ZoneRule.SoaNotAtApex
            or ZoneRule.NsMissing
            or ZoneRule.CnameBesideOthers
            or ZoneRule.CnameMultiple
            or ZoneRule.DnameMultiple
            or ZoneRule.BelowDname
            or ZoneRule.WildcardNs
            or ZoneRule.ServerMissing
            or ZoneRule.ServerIsAlias
            or ZoneRule.DsAtApex
            or ZoneRule.Nsec3IterationsTooMany => ZoneSeverity.Error,
        _ => ZoneSeverity.Warning,
    };

    /// <summary>Describes a rule for people, without a full stop.</summary>
    public static string Describe(this ZoneRule rule) => rule switch
    {
        ZoneRule.Text => "the text is malformed",
        ZoneRule.TextWarning => "the text is taken otherwise than it is written",
        ZoneRule.OutOfZone => "the owner is not in the zone; the record is left out",
        ZoneRule.OtherClass => "the class is not the zone's",
        ZoneRule.ZoneTooLarge => "the zone is too large",
        ZoneRule.ZoneEmpty => "the zone has no records",
        ZoneRule.SoaMissing => "there is no SOA at the zone's name",
        ZoneRule.SoaMultiple => "there is more than one SOA",
        ZoneRule.SoaNotAtApex => "an SOA stands at the zone's own name only",
        ZoneRule.NsMissing => "there is no NS at the zone's name",
        ZoneRule.CnameBesideOthers => "a name with a CNAME has no other records",
        ZoneRule.CnameMultiple => "a name has one CNAME at most",
        ZoneRule.DnameMultiple => "a name has one DNAME at most",
        ZoneRule.BelowDname => "no records stand below a DNAME",
        ZoneRule.WildcardNs => "what an NS at a wildcard means is not defined",
        ZoneRule.WildcardDname => "what a DNAME at a wildcard means is not defined",
        ZoneRule.GlueMissing => "the name server is below its own cut and has no address here: nobody can find it",
        ZoneRule.SiblingGlueMissing => "the name server is below another cut and has no address here",
        ZoneRule.TargetMissing => "the host is in this zone and has no address",
        ZoneRule.ServerMissing => "the name server is in this zone and has no address",
        ZoneRule.ServerIsAlias => "the name server is an alias",
        ZoneRule.TargetIsAlias => "the host is an alias",
        ZoneRule.TargetIsAddress => "the name is written like an address",
        ZoneRule.NullMxBesideOthers => "an MX with the root as its host stands alone",
        ZoneRule.HostNameOdd => "a host's name has letters, digits and hyphens only",
        ZoneRule.MailboxOdd => "the mailbox is written with a dot in place of the at sign",
        ZoneRule.SoaTimersOdd => "the times of the SOA are odd",
        ZoneRule.TtlsDiffer => "the TTL is not that of the first record of the set, which is taken",
        ZoneRule.Duplicate => "the record is there already",
        ZoneRule.SetTooLarge => "the record set is longer than the longest message",
        ZoneRule.Occluded => "below a cut only addresses of name servers are of use here",
        ZoneRule.DsNotAtCut => "a DS stands at a cut",
        ZoneRule.DsAtApex => "a DS stands in the parent zone",
        ZoneRule.DnskeyMissing => "there are signatures and no DNSKEY",
        ZoneRule.DenialMissing => "there are signatures, and neither NSEC nor NSEC3",
        ZoneRule.SignatureMissing => "the record set is not signed, and the zone is",
        ZoneRule.SignatureExpired => "the signature has expired",
        ZoneRule.SignatureNotYetValid => "the signature is not yet valid",
        ZoneRule.SignatureOfNothing => "the signature covers no records",
        ZoneRule.SignerForeign => "the signer is not the zone",
        ZoneRule.Nsec3ParamNotAtApex => "an NSEC3PARAM stands at the zone's own name only",
        ZoneRule.Nsec3ParamUnusable => "the NSEC3PARAM cannot be used",
        ZoneRule.Nsec3IterationsMany => "more than 0 iterations cost time and protect nothing",
        ZoneRule.Nsec3IterationsTooMany => "with more than 150 iterations what does not exist is not proved here",
        ZoneRule.Nsec3ChainMissing => "no NSEC3 has the parameters of the NSEC3PARAM",
        ZoneRule.Nsec3NameOdd => "the owner of an NSEC3 is a hash in base 32 directly below the zone's name",
        _ => rule.ToString(),
    };
}
