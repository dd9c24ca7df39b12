namespace Ropewalk.Web.Static.Files;

/// <summary>Holds what opening a path came to.</summary>
/// <param name="Kind">What the path leads to.</param>
/// <param name="File">The opened file if it is <see cref="SiteNodeKind.File"/>, else null.</param>
public readonly record struct SiteOpening(SiteNodeKind Kind, SiteFile? File);
