namespace Ropewalk.Storage;

/// <summary>Sets how a <see cref="DiskFileStore"/> makes files and folders.</summary>
public sealed class DiskFileStoreOptions
{
    /// <summary>Gets or sets the permissions of the files that it makes. Default 0600: stores hold accounts and keys. Not used on Windows.</summary>
    public UnixFileMode FileMode { get; set; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Gets or sets the permissions of the folders that it makes. Default 0700. Not used on Windows.</summary>
    public UnixFileMode FolderMode { get; set; } = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
}
