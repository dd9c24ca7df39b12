namespace Ropewalk.Dns.Client;

/// <summary>Says what a server has sent of a zone.</summary>
public enum ZoneTransferKind
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>What has changed since the serial that was asked for. <b>Spec</b>: RFC 1995 §4.</summary>
    Changes,

    /// <summary>That there is nothing newer. <b>Spec</b>: RFC 1995 §2.</summary>
    UpToDate,
}
