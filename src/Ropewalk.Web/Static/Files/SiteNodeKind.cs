namespace Ropewalk.Web.Static.Files;

/// <summary>Says what a path of a site leads to.</summary>
public enum SiteNodeKind
{
    /// <summary>Nothing that the site serves: no such name, a way out of the root, a device, a pipe.</summary>
    Missing = 0,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>Something that this process may not read.</summary>
    Denied,

    /// <summary>Nothing could be found out now: no handles left, or the disk fails.</summary>
    Unavailable,
}
