namespace Ropewalk.Dns.Client;

/// <summary>Says what becomes of a record.</summary>
public enum ZoneChangeKind
{
    /// <summary>It is one of a whole zone: the server does not have the differences, and all that was known is void.</summary>
    Whole,

    /// <summary>It goes.</summary>
    Removed,

    /// <summary>It comes.</summary>
    Added,
}
