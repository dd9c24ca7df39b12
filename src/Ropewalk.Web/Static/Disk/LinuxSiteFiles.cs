using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Unicode;
using Microsoft.Win32.SafeHandles;
using Ropewalk.Web.Static.Files;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Static.Disk;

/// <summary>Serves a folder on Linux. The kernel itself keeps each opening below the root (openat2 with RESOLVE_BENEATH), so that no rename or link can win a race.</summary>
/// <remarks>
/// Names that the kernel has in its caches are opened at once (RESOLVE_CACHED, Linux 5.12); the others are opened off the loops. The root itself is opened
/// anew each second, by its name, so that a folder which was replaced as a whole is served from then on.
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class LinuxSiteFiles : ISiteFiles
{
    // RESOLVE_BENEATH gives EAGAIN while some folder on the disk is being renamed; a few tries do, as openat2(2) advises
    private const int MaxTries = 8;
    private const int FileFlags = LinuxCalls.OpenReadOnly | LinuxCalls.OpenCloseOnExec | LinuxCalls.OpenNonBlocking | LinuxCalls.OpenNoTerminal;
    private const ulong Beneath = LinuxCalls.ResolveBeneath | LinuxCalls.ResolveNoMagicLinks;
    private const byte TypeUnknown = 0, TypeFolder = 4, TypeFile = 8, TypeLink = 10;   // d_type of getdents64(2)
    private static readonly TimeSpan RootCheckInterval = TimeSpan.FromSeconds(1);

    private readonly string _folder;
    private readonly byte[] _folderName;
    private readonly TimeProvider _time;
    private readonly bool _forceWalk;
    private readonly Lock _rootLock = new();
    private volatile RootHandle _root;
    private volatile bool _cannotOpenBeneath;
    private volatile bool _cannotOpenCached;

    public LinuxSiteFiles(string folder, TimeProvider time, bool forceWalk = false)
    {
        _folder = Path.GetFullPath(folder);
        _folderName = LinuxWalk.ZeroEnded(_folder);
        _time = time;
        _forceWalk = forceWalk;
        _root = OpenRoot() ?? throw new DirectoryNotFoundException($"'{_folder}' is not a folder that can be opened.");
    }

    public ValueTask<SiteOpening> OpenAsync(SitePath path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!_forceWalk && !_cannotOpenBeneath && !_cannotOpenCached && IsRootFresh())
        {
            int opened = OpenBeneath(_root.Handle, path.Relative, FileFlags, Beneath | LinuxCalls.ResolveCached);
            if (opened == -LinuxError.Invalid) _cannotOpenCached = true;   // before Linux 5.12
            else if (opened is not (-LinuxError.TryAgain or -LinuxError.CrossDevice)) return ValueTask.FromResult(ToOpening(opened));
        }
        cancellationToken.ThrowIfCancellationRequested();
        // without the token: a handle that nobody hears of would stay open for a while
        return new ValueTask<SiteOpening>(DiskWork.RunAsync(() => ToOpening(Open(FreshRoot(), path.Relative, FileFlags))));
    }

    public ValueTask<SiteListing> ListAsync(SitePath folder, int maxEntries, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new ValueTask<SiteListing>(DiskWork.RunAsync(() => List(FreshRoot(), folder.Relative, maxEntries, cancellationToken), cancellationToken));
    }

    public void Dispose() => _root.Handle.Dispose();

    private bool IsRootFresh() => _time.GetElapsedTime(_root.OpenedAt) < RootCheckInterval;

    private RootHandle FreshRoot()
    {
        if (IsRootFresh()) return _root;
        lock (_rootLock)
        {
            if (IsRootFresh() || OpenRoot() is not { } opened) return _root;
            SafeFileHandle old = _root.Handle;
            _root = opened;
            old.Dispose();   // calls in flight hold a reference each
            return opened;
        }
    }

    private RootHandle? OpenRoot()
    {
        int handle = LinuxCalls.Open(LinuxCalls.CurrentFolder, _folderName, LinuxCalls.OpenReadOnly | LinuxCalls.OpenFolder | LinuxCalls.OpenCloseOnExec);
        return handle < 0 ? null : new RootHandle(new SafeFileHandle(handle, ownsHandle: true), _time.GetTimestamp());
    }

    private static int OpenBeneath(SafeFileHandle root, string relative, int flags, ulong resolve)
    {
        try
        {
            if (relative.Length == 0) return LinuxCalls.OpenBeneath(root, ".\0"u8, flags, resolve);
            Span<byte> name = stackalloc byte[SitePath.MaxBytes + 1];
            int length = Encoding.UTF8.GetBytes(relative, name);
            name[length] = 0;
            return LinuxCalls.OpenBeneath(root, name, flags, resolve);
        }
        catch (ObjectDisposedException)   // the root was opened anew between reading the field and the call
        {
            return -LinuxError.TryAgain;
        }
    }

    // Gives a handle, or the negative error number. May wait for the disk.
    private int Open(RootHandle root, string relative, int flags)
    {
        int opened = -LinuxError.NotImplemented;
        for (int i = 0; i < MaxTries && !_forceWalk && !_cannotOpenBeneath; i++)
        {
            opened = OpenBeneath(root.Handle, relative, flags, Beneath);
            if (opened is not (-LinuxError.TryAgain or -LinuxError.Interrupted)) break;
            root = FreshRoot();
        }
        // before Linux 5.6; EPERM is what the filters of older containers say to calls that they do not know
        if (opened is -LinuxError.NotImplemented or -LinuxError.NotPermitted && !_forceWalk && !_cannotOpenBeneath) _cannotOpenBeneath = CannotOpenBeneath(root);
        if (opened is not (-LinuxError.NotImplemented or -LinuxError.NotPermitted or -LinuxError.CrossDevice)) return opened;
        return Walk(root, relative, flags);
    }

    private static bool CannotOpenBeneath(RootHandle root)
    {
        int probe = OpenBeneath(root.Handle, "", LinuxCalls.OpenPath | LinuxCalls.OpenCloseOnExec, Beneath);
        if (probe >= 0) _ = LinuxCalls.Close(probe);
        return probe is -LinuxError.NotImplemented or -LinuxError.NotPermitted;
    }

    private int Walk(RootHandle root, string relative, int flags)
    {
        bool referenced = false;
        try
        {
            root.Handle.DangerousAddRef(ref referenced);
            return LinuxWalk.Open((int)root.Handle.DangerousGetHandle(), [_folder, RealName()], relative, flags);
        }
        catch (ObjectDisposedException)
        {
            return -LinuxError.TryAgain;
        }
        finally
        {
            if (referenced) root.Handle.DangerousRelease();
        }
    }

    // what an absolute link that was made inside the folder begins with, if the folder's own name goes through links
    private string RealName()
    {
        try
        {
            return Path.TrimEndingDirectorySeparator(new DirectoryInfo(_folder).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? _folder);
        }
        catch (IOException)
        {
            return _folder;
        }
    }

    private static SiteOpening ToOpening(int opened)
    {
        if (opened < 0) return new SiteOpening(LinuxError.ToKind(-opened), null);
        int error = LinuxCalls.Stat(opened, "\0"u8, LinuxCalls.EmptyPath, out LinuxStat stat);
        if (error == 0 && stat.IsFile)
            return new SiteOpening(SiteNodeKind.File, new LinuxSiteFile(new SafeFileHandle(opened, ownsHandle: true), stat.ToStamp()));
        _ = LinuxCalls.Close(opened);
        return new SiteOpening(error < 0 ? LinuxError.ToKind(-error) : stat.IsFolder ? SiteNodeKind.Folder : SiteNodeKind.Missing, null);
    }

    private SiteListing List(RootHandle root, string relative, int maxEntries, CancellationToken cancellationToken)
    {
        int folder = Open(root, relative, LinuxCalls.OpenReadOnly | LinuxCalls.OpenFolder | LinuxCalls.OpenCloseOnExec);
        if (folder < 0) return new SiteListing(LinuxError.ToKind(-folder), [], false);
        try
        {
            List<SiteEntry> entries = [];
            // hidden and foreign names are read too, but not for ever
            long left = Math.Min(int.MaxValue, maxEntries * 4L + 1024);
            byte[] buffer = new byte[32 * 1024];
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                nint length = LinuxCalls.ReadFolder(folder, buffer);
                if (length < 0) return new SiteListing(LinuxError.ToKind((int)-length), [], false);
                if (length == 0) return new SiteListing(SiteNodeKind.Folder, entries, false);
                for (int at = 0; at < length;)
                {
                    // struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name with its zero
                    int record = MemoryMarshal.Read<ushort>(buffer.AsSpan(at + 16));
                    ReadOnlySpan<byte> name = buffer.AsSpan(at + 19, record - 19);
                    name = name[..(name.IndexOf((byte)0) + 1)];
                    if (entries.Count >= maxEntries || --left < 0) return new SiteListing(SiteNodeKind.Folder, entries, true);
                    if (TryDescribe(root, folder, relative, name, buffer[at + 18], out SiteEntry entry)) entries.Add(entry);
                    at += record;
                }
            }
        }
        finally
        {
            _ = LinuxCalls.Close(folder);
        }
    }

    private bool TryDescribe(RootHandle root, int folder, string relative, ReadOnlySpan<byte> zeroEnded, byte type, out SiteEntry entry)
    {
        entry = default;
        ReadOnlySpan<byte> utf8 = zeroEnded[..^1];
        if (utf8[0] == '.' || !Utf8.IsValid(utf8)) return false;
        if (type is not (TypeFile or TypeFolder or TypeLink or TypeUnknown)) return false;
        string name = Encoding.UTF8.GetString(utf8);
        if (!SitePath.IsSegment(name)) return false;
        if (LinuxCalls.Stat(folder, zeroEnded, LinuxCalls.NoFollowStat, out LinuxStat stat) < 0) return false;
        if (stat.IsLink)
        {
            // a link is shown as what it leads to, and only if that is inside
            int target = Open(root, relative.Length == 0 ? name : $"{relative}/{name}", LinuxCalls.OpenPath | LinuxCalls.OpenCloseOnExec);
            if (target < 0) return false;
            int error = LinuxCalls.Stat(target, "\0"u8, LinuxCalls.EmptyPath, out stat);
            _ = LinuxCalls.Close(target);
            if (error < 0) return false;
        }
        if (!stat.IsFile && !stat.IsFolder) return false;
        entry = new SiteEntry(name, stat.IsFolder, stat.IsFolder ? 0 : stat.LengthBytes, stat.ModifiedUnixNanoseconds);
        return true;
    }

    private sealed record RootHandle(SafeFileHandle Handle, long OpenedAt);
}
