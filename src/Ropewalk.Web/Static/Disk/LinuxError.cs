using Ropewalk.Web.Static.Files;

namespace Ropewalk.Web.Static.Disk;

/// <summary>Names the error numbers that decide something, as Linux has them on every architecture .NET runs on.</summary>
internal static class LinuxError
{
    public const int NotPermitted = 1, Interrupted = 4, NoSuchDevice = 6, TryAgain = 11, AccessDenied = 13, CrossDevice = 18, NotFolder = 20, Invalid = 22, NotImplemented = 38, NotSupported = 95;

    private const int NoEntry = 2, NoDevice = 19, NameTooLong = 36, Loop = 40;

    public static SiteNodeKind ToKind(int error) => error switch
    {
        // a socket cannot be opened (ENXIO); what leads outside is not there for the site (EXDEV)
        NoEntry or NotFolder or Loop or NameTooLong or CrossDevice or NoSuchDevice or NoDevice or Invalid => SiteNodeKind.Missing,
        AccessDenied or NotPermitted => SiteNodeKind.Denied,
        _ => SiteNodeKind.Unavailable,
    };
}
