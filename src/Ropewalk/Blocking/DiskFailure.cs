using Ropewalk.Storage;

namespace Ropewalk.Blocking;

/// <summary>Translates the system's errors into those of a file store.</summary>
internal static class DiskFailure
{
    /// <summary>ENOTDIR: as all of these, the errno of Linux and macOS, which the runtime puts into HResult.</summary>
    public const int NotADirectory = 20;

    /// <summary>Ours: it is a pipe, a socket or a device. An HRESULT with the bit of those that are no system's.</summary>
    public const int NotRegular = unchecked((int)0xA004_0001);

    private const int IsADirectory = 21;
    private const int NoSpace = 28;
    private const int ReadOnlyFileSystem = 30;
    private const int QuotaLinux = 122;
    private const int QuotaMac = 69;

    // HRESULT_FROM_WIN32 of ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
    private const int HandleDiskFull = unchecked((int)0x80070027);
    private const int DiskFull = unchecked((int)0x80070070);

    /// <summary>Tells whether an exception is the disk's and not a mistake of ours.</summary>
    /// <remarks>The runtime reports EFBIG as an argument out of range.</remarks>
    public static bool Is(Exception e) => e is UnauthorizedAccessException or ArgumentOutOfRangeException or (IOException and not FileStoreException);

    /// <summary>Makes the store's exception of the system's.</summary>
    public static FileStoreException Translate(FileStorePath path, string fullPath, string operation, Exception e)
    {
        (FileStoreFailure failure, string reason) = Classify(fullPath, e);
        return new FileStoreException(path, operation, failure, reason, e);
    }

    private static (FileStoreFailure Failure, string Reason) Classify(string fullPath, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => (FileStoreFailure.NotFound, "there is no such file"),
        _ when Directory.Exists(fullPath) => (FileStoreFailure.WrongKind, "it is a folder"),
        UnauthorizedAccessException => (FileStoreFailure.AccessDenied, $"the system does not permit it ({fullPath})"),
        ArgumentOutOfRangeException => (FileStoreFailure.Full, "the file would be longer than the system or a limit of this process (RLIMIT_FSIZE) allows"),
        _ => ClassifyNumber(fullPath, e),
    };

    private static (FileStoreFailure Failure, string Reason) ClassifyNumber(string fullPath, Exception e) => e.HResult switch
    {
        NoSpace or HandleDiskFull or DiskFull => (FileStoreFailure.Full, "no space is left on the disk"),
        QuotaLinux or QuotaMac when !OperatingSystem.IsWindows() => (FileStoreFailure.Full, "the disk quota is exhausted"),
        ReadOnlyFileSystem => (FileStoreFailure.AccessDenied, $"the file system is read-only ({fullPath})"),
        NotADirectory => (FileStoreFailure.WrongKind, "a file stands where a folder of its path must be"),
        IsADirectory => (FileStoreFailure.WrongKind, "it is a folder"),
        NotRegular => (FileStoreFailure.WrongKind, e.Message),
        _ => (FileStoreFailure.Other, e.Message.TrimEnd('.')),
    };
}
