using Ropewalk.Web.Static.Files;

namespace Ropewalk.Web.Static.Disk;

/// <summary>Opens folders of the disk as sites.</summary>
public static class DiskSiteFiles
{
    /// <summary>Tells whether a folder is there.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>Whether it can be looked at.</returns>
    public static bool IsFolder(string folder) => !string.IsNullOrEmpty(folder) && Directory.Exists(folder);

    /// <summary>Opens a folder in the strictest way that this system has.</summary>
    /// <param name="folder">The folder; a relative path starts at the current one.</param>
    /// <param name="time">Tells when the folder's own name is to be looked up again; the system's clock if null.</param>
    /// <returns>The folder's files. <b>Lifetime</b>: the caller disposes it.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or it may not be opened.</exception>
    public static ISiteFiles Open(string folder, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return OperatingSystem.IsLinux() && Environment.Is64BitProcess
            ? new LinuxSiteFiles(folder, time ?? TimeProvider.System)
            : new PortableSiteFiles(folder);
    }
}
