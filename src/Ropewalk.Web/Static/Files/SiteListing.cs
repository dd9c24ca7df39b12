using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Static.Files;

/// <summary>Holds what a folder contains.</summary>
/// <param name="Kind"><see cref="SiteNodeKind.Folder"/> if it could be read.</param>
/// <param name="Entries">What can be reached by a request, in no order: no hidden names, no ways out, nothing that is neither file nor folder.</param>
/// <param name="IsTruncated">Whether the folder holds more than was asked for.</param>
public sealed record SiteListing(SiteNodeKind Kind, List<SiteEntry> Entries, bool IsTruncated);
