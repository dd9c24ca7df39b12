namespace Ropewalk.Dns.Client;

/// <summary>Says what became of a resolution. The lower, the more is known.</summary>
public enum DnsOutcome
{
    /// <summary>There are records.</summary>
    Found,

    /// <summary>The name exists, and has no records of this type. <b>Spec</b>: RFC 2308 §2.2.</summary>
    NoRecords,

    /// <summary>The servers failed or refused.</summary>
    Failed,

    /// <summary>The aliases lead in a circle, or are more than are followed.</summary>
    AliasesEndless,

    /// <summary>The name does not exist. <b>Spec</b>: RFC 2308 §2.1.</summary>
    NameError,
}
