namespace Ropewalk.Dns.Zones;

/// <summary>Says which way through the algorithm of RFC 1034 §4.3.2 a look-up has taken.</summary>
public enum LookupBranch : byte
{
    /// <summary>The name has the type.</summary>
    Answer,

    /// <summary>All types are asked for, and the name has some. <b>Spec</b>: RFC 8482.</summary>
    Any,

    /// <summary>Signatures are asked for, and the name has some.</summary>
    Signatures,

    /// <summary>The name is an alias. <b>Spec</b>: RFC 1034 §3.6.2.</summary>
    Cname,

    /// <summary>The name exists, but not with the type. <b>Spec</b>: RFC 2308 §2.2.</summary>
    NoData,

    /// <summary>Only names below it exist. <b>Spec</b>: RFC 4592 §2.2.2.</summary>
    EmptyNonTerminal,

    /// <summary>The name is at or below a cut: others know. <b>Spec</b>: RFC 1034 §4.2.1.</summary>
    Referral,

    /// <summary>The DS at a cut is asked for, which is this side's. <b>Spec</b>: RFC 4035 §3.1.4.1.</summary>
    DelegationSigner,

    /// <summary>The DS at a cut is asked for, and there is none. <b>Spec</b>: RFC 4035 §3.1.4.1.</summary>
    NoDelegationSigner,

    /// <summary>A name above stands for another tree. <b>Spec</b>: RFC 6672 §3.2.</summary>
    Dname,

    /// <summary>A wildcard has the type. <b>Spec</b>: RFC 4592 §3.3.</summary>
    WildcardAnswer,

    /// <summary>All types are asked for, and a wildcard has some.</summary>
    WildcardAny,

    /// <summary>Signatures are asked for, and a wildcard has some.</summary>
    WildcardSignatures,

    /// <summary>A wildcard is an alias. <b>Spec</b>: RFC 4592 §4.6.</summary>
    WildcardCname,

    /// <summary>A wildcard exists, but not with the type. <b>Spec</b>: RFC 4592 §3.3.</summary>
    WildcardNoData,

    /// <summary>A wildcard exists, but only as a name above others. <b>Spec</b>: RFC 4592 §2.2.2.</summary>
    WildcardEmptyNonTerminal,

    /// <summary>Neither the name nor a wildcard for it exists. <b>Spec</b>: RFC 8020.</summary>
    NameError,
}
