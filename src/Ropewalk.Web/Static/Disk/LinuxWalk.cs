using System.Runtime.Versioning;
using System.Text;

namespace Ropewalk.Web.Static.Disk;

/// <summary>Goes down a path component by component, each one opened by name in the folder opened before it, following links by itself.</summary>
/// <remarks>
/// Used where openat2 cannot decide: before Linux 5.6, under a filter that forbids it, and for absolute links, which RESOLVE_BENEATH refuses even if they
/// lead back inside. A rename in the middle of the walk cannot lead it out: <c>..</c> goes back to the handle that the walk came from, never to where
/// the kernel thinks the parent is, and nothing is opened that a link could stand in for (O_NOFOLLOW).
/// </remarks>
[SupportedOSPlatform("linux")]
internal sealed class LinuxWalk : IDisposable
{
    private const int MaxLinks = 40;        // as the kernel's own MAXSYMLINKS
    private const int MaxDepth = 64;        // handles held at once

    private readonly List<int> _folders = [];
    private readonly Stack<string> _todo = new();
    private readonly int _root;
    private readonly IReadOnlyList<string> _rootNames;
    private int _links;

    private LinuxWalk(int root, IReadOnlyList<string> rootNames)
    {
        _root = root;
        _rootNames = rootNames;
    }

    private int Current => _folders.Count == 0 ? _root : _folders[^1];

    /// <summary>Opens a path. Gives a handle, or the negative error number.</summary>
    public static int Open(int root, IReadOnlyList<string> rootNames, string relative, int flags)
    {
        using LinuxWalk walk = new(root, rootNames);
        return walk.Run(relative, flags);
    }

    public void Dispose()
    {
        foreach (int folder in _folders) _ = LinuxCalls.Close(folder);
        _folders.Clear();
    }

    private int Run(string relative, int flags)
    {
        Push(relative);
        while (_todo.TryPop(out string? name))
        {
            if (name == "..")
            {
                if (!TryGoUp()) return -LinuxError.CrossDevice;
                continue;
            }
            byte[] path = ZeroEnded(name);
            int node = LinuxCalls.Open(Current, path, LinuxCalls.OpenPath | LinuxCalls.OpenNoFollow | LinuxCalls.OpenCloseOnExec);
            if (node < 0) return node;
            int error = LinuxCalls.Stat(node, "\0"u8, LinuxCalls.EmptyPath, out LinuxStat stat);
            if (error == 0 && stat.IsFolder && _folders.Count < MaxDepth)
            {
                _folders.Add(node);
                continue;
            }
            if (error == 0 && stat.IsLink) error = Follow(node);
            else if (error == 0 && (stat.IsFolder || _todo.Count > 0)) error = -LinuxError.NotFolder;
            _ = LinuxCalls.Close(node);
            if (error < 0) return error;
            if (!stat.IsLink) return LinuxCalls.Open(Current, path, flags | LinuxCalls.OpenNoFollow);
        }
        return LinuxCalls.Open(Current, ".\0"u8, flags);
    }

    private bool TryGoUp()
    {
        if (_folders.Count == 0) return false;
        _ = LinuxCalls.Close(_folders[^1]);
        _folders.RemoveAt(_folders.Count - 1);
        return true;
    }

    private int Follow(int link)
    {
        if (++_links > MaxLinks) return -LinuxError.CrossDevice;
        Span<byte> buffer = stackalloc byte[4096];
        nint length = LinuxCalls.ReadLink(link, buffer);
        if (length < 0) return (int)length;
        string target = Encoding.UTF8.GetString(buffer[..(int)length]);
        if (target.StartsWith('/'))
        {
            if (!TryBelowRoot(ref target)) return -LinuxError.CrossDevice;
            while (_folders.Count > 0) _ = TryGoUp();
        }
        Push(target);
        return 0;
    }

    private bool TryBelowRoot(ref string target)
    {
        foreach (string name in _rootNames)
        {
            if (!target.StartsWith(name, StringComparison.Ordinal)) continue;
            if (target.Length > name.Length && target[name.Length] != '/' && name != "/") continue;
            target = target[name.Length..];
            return true;
        }
        return false;
    }

    private void Push(string path)
    {
        string[] names = path.Split('/');
        for (int i = names.Length - 1; i >= 0; i--)
        {
            if (names[i] is not ("" or ".")) _todo.Push(names[i]);
        }
    }

    internal static byte[] ZeroEnded(string name)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(name) + 1];
        Encoding.UTF8.GetBytes(name, bytes);
        return bytes;
    }
}
