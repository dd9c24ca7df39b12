namespace Ropewalk.Web.Static.Wire;

/// <summary>Names why a request target is no path of a site.</summary>
public enum SitePathError
{
    /// <summary>The target is a path.</summary>
    None = 0,

    /// <summary>The target breaks the grammar of a URI path: an unfinished <c>%</c>, a NUL or control byte, a backslash, an encoded slash, bytes that are not UTF-8.</summary>
    Malformed,

    /// <summary>A segment is empty, <c>.</c> or <c>..</c>. Clients remove these before they send (RFC 3986 §5.2.4); they are refused, never resolved.</summary>
    NotNormalized,

    /// <summary>A segment starts with a dot: the site hides such names.</summary>
    Hidden,

    /// <summary>The path, or one of its segments, is longer than any file name.</summary>
    TooLong,
}
