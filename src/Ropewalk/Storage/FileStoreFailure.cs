namespace Ropewalk.Storage;

/// <summary>Names the ways in which a file store fails that a caller can tell apart.</summary>
public enum FileStoreFailure
{
    /// <summary>The system failed in a way that is none of the others: an I/O error, too many open files.</summary>
    Other,

    /// <summary>There is no such file.</summary>
    NotFound,

    /// <summary>The system does not permit it, or the file system is read-only.</summary>
    AccessDenied,

    /// <summary>The disk, the quota or the file's greatest length is exhausted.</summary>
    Full,

    /// <summary>Another appender has the file open.</summary>
    InUse,

    /// <summary>A folder, a pipe or a device stands where a file is wanted, or a file where a folder is.</summary>
    WrongKind,
}
