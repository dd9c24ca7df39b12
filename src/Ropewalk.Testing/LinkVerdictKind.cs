namespace Ropewalk.Testing;

/// <summary>Names what a <see cref="LinkVerdict"/> decides.</summary>
public enum LinkVerdictKind
{
    /// <summary>Nothing: the next rule decides.</summary>
    Pass,

    /// <summary>It is lost.</summary>
    Drop,

    /// <summary>It arrives later.</summary>
    Late,

    /// <summary>It arrives twice.</summary>
    Duplicate,

    /// <summary>The connection ends.</summary>
    Reset,
}
