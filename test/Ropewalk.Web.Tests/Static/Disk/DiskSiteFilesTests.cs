using System.Diagnostics;
using System.Text;
using Ropewalk.Web.Static.Disk;
using Ropewalk.Web.Static.Files;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Tests.Static.Disk;

/// <summary>What holds for each way of opening a folder: by openat2, by the walk that stands in for it, by .NET's own methods.</summary>
public sealed class DiskSiteFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _outside = new();

    public static TheoryData<string> Ways => OperatingSystem.IsLinux() ? ["openat2", "walk", "portable"] : ["portable"];

    public void Dispose()
    {
        _folder.Dispose();
        _outside.Dispose();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Opens_and_reads(string way)
    {
        byte[] content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 7))];
        _folder.Write("a/b/c.bin", content);
        using ISiteFiles files = Open(way);
        SiteOpening opening = await OpenAsync(files, "/a/b/c.bin");
        Assert.Equal(SiteNodeKind.File, opening.Kind);
        using SiteFile file = opening.File!;
        Assert.Equal(content.Length, file.Stamp.LengthBytes);
        Assert.Equal(new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero).ToUnixTimeSeconds(), file.Stamp.ModifiedUnixSeconds);
        Assert.Equal(123_456_700, file.Stamp.ModifiedUnixNanoseconds % 1_000_000_000);
        Assert.Equal(file.Stamp, file.TakeStamp());
        byte[] read = new byte[content.Length + 10];
        int length = 0;
        while (await file.ReadAsync(read.AsMemory(length), length, default) is > 0 and var count) length += count;
        Assert.Equal(content, read[..length]);
        Assert.Equal(5, await file.ReadAsync(read.AsMemory(0, 5), 99_990, default));
        Assert.Equal(content[99_990..99_995], read[..5]);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Tells_what_a_path_leads_to(string way)
    {
        _folder.Write("file", "x");
        _folder.Write("empty", "");
        Directory.CreateDirectory(_folder["folder"]);
        using ISiteFiles files = Open(way);
        Assert.Equal(SiteNodeKind.File, await KindAsync(files, "/file"));
        Assert.Equal(SiteNodeKind.File, await KindAsync(files, "/empty"));
        Assert.Equal(SiteNodeKind.Folder, await KindAsync(files, "/folder"));
        Assert.Equal(SiteNodeKind.Folder, await KindAsync(files, "/"));
        Assert.Equal(SiteNodeKind.Missing, await KindAsync(files, "/none"));
        Assert.Equal(SiteNodeKind.Missing, await KindAsync(files, "/none/file"));
        Assert.Equal(SiteNodeKind.Missing, await KindAsync(files, "/file/under"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Follows_links_that_stay_inside(string way)
    {
        _folder.Write("real/file", "inside");
        _folder.Link("relative", "real/file");
        _folder.Link("real/up", "../real/file");
        _folder.Link("absolute", _folder["real/file"]);
        _folder.Link("folder", "real");
        _folder.Link("absolute-folder", _folder["real"]);
        _folder.Link("chain", "relative");
        using ISiteFiles files = Open(way);
        foreach (string path in new[] { "/relative", "/real/up", "/absolute", "/folder/file", "/absolute-folder/file", "/chain" })
        {
            Assert.Equal("inside", await ReadAsync(files, path));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Follows_no_link_that_leads_outside(string way)
    {
        _outside.Write("secret", "secret");
        Directory.CreateDirectory(_folder["sub"]);
        string name = Path.GetFileName(_outside.Path);
        _folder.Link("absolute", _outside["secret"]);
        _folder.Link("relative", $"../{name}/secret");
        _folder.Link("sub/deep", $"../../{name}/secret");
        _folder.Link("folder", _outside.Path);
        _folder.Link("up", "..");
        _folder.Link("out-and-in", $"../{Path.GetFileName(_folder.Path)}/sub");
        _folder.Link("chain", "folder");
        _folder.Link("sibling", _folder.Path + "-other");
        _folder.Link("loop", "loop");
        _folder.Link("broken", "nowhere");
        Directory.CreateDirectory(_folder.Path + "-other");
        using ISiteFiles files = Open(way);
        try
        {
            foreach (string path in new[] { "/absolute", "/relative", "/sub/deep", "/folder", "/folder/secret", "/up", $"/up/{name}/secret", "/chain/secret", "/sibling", "/loop", "/loop/x", "/broken" })
            {
                Assert.Equal(SiteNodeKind.Missing, await KindAsync(files, path));
            }
            SiteListing listing = await ListAsync(files, "/");
            Assert.Equal(["sub"], listing.Entries.Where(e => e.Name != "out-and-in").Select(e => e.Name));
        }
        finally
        {
            Directory.Delete(_folder.Path + "-other");
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Refuses_what_is_neither_file_nor_folder(string way)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "named pipes and devices are made with mkfifo and /dev");
        using Process make = Process.Start("mkfifo", _folder["pipe"]);
        await make.WaitForExitAsync();
        _folder.Link("zero", "/dev/zero");
        using ISiteFiles files = Open(way);
        SiteOpening opening = await OpenAsync(files, "/pipe");
        // without the kernel's help a pipe looks like an empty file, and is never opened
        if (way == "portable") Assert.Equal(0, opening.File!.Stamp.LengthBytes);
        else Assert.Equal(SiteNodeKind.Missing, opening.Kind);
        Assert.Equal(SiteNodeKind.Missing, await KindAsync(files, "/zero"));
        if (way != "portable") Assert.Empty((await ListAsync(files, "/")).Entries);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Lists_what_can_be_reached(string way)
    {
        _folder.Write("file", "12345");
        _folder.Write(".hidden", "x");
        _folder.Write("sub/file", "x");
        _folder.Link("link", "sub");
        if (OperatingSystem.IsLinux())
        {
            _folder.Write("new\nline", "x");
            _folder.Write("back\\slash", "x");
        }
        using ISiteFiles files = Open(way);
        SiteListing listing = await ListAsync(files, "/");
        Assert.Equal(SiteNodeKind.Folder, listing.Kind);
        Assert.False(listing.IsTruncated);
        Assert.Equal(["file:5", "link/", "sub/"], listing.Entries.Select(e => e.IsFolder ? e.Name + "/" : $"{e.Name}:{e.LengthBytes}").Order(StringComparer.Ordinal));
        Assert.Equal(SiteNodeKind.Missing, (await ListAsync(files, "/none")).Kind);
        Assert.NotEqual(SiteNodeKind.Folder, (await ListAsync(files, "/file")).Kind);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_large_folder_is_read_up_to_the_bound(string way)
    {
        for (int i = 0; i < 60; i++) _folder.Write($"f{i}", "");
        using ISiteFiles files = Open(way);
        SiteListing part = await ListAsync(files, "/", 50);
        Assert.Equal(50, part.Entries.Count);
        Assert.True(part.IsTruncated);
        SiteListing whole = await ListAsync(files, "/", 60);
        Assert.Equal(60, whole.Entries.Count);
        Assert.False(whole.IsTruncated);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_may_not_be_read_is_denied(string way)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.UserName == "root", "permissions do not bind this user");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder.Write("secret", "x"), UnixFileMode.None);
        using ISiteFiles files = Open(way);
        Assert.Equal(SiteNodeKind.Denied, await KindAsync(files, "/secret"));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Another_file_under_the_name_has_another_stamp(string way)
    {
        _folder.Write("file", "one");
        using ISiteFiles files = Open(way);
        FileStamp before = (await OpenAsync(files, "/file")).File!.Stamp;
        // the same length, the same time: only the inode and its change tell
        string next = _folder.Write("next", "two");
        File.Move(next, _folder["file"], overwrite: true);
        FileStamp after = (await OpenAsync(files, "/file")).File!.Stamp;
        Assert.Equal(before.LengthBytes, after.LengthBytes);
        Assert.Equal(before.ModifiedUnixNanoseconds, after.ModifiedUnixNanoseconds);
        if (way != "portable") Assert.NotEqual(before, after);
    }

    [Fact]
    public void A_folder_that_is_not_there_cannot_be_opened()
    {
        Assert.Throws<DirectoryNotFoundException>(() => DiskSiteFiles.Open(_folder["none"]));
        Assert.Throws<DirectoryNotFoundException>(() => DiskSiteFiles.Open(_folder.Write("file", "x")));
        Assert.False(DiskSiteFiles.IsFolder(_folder["none"]));
        Assert.True(DiskSiteFiles.IsFolder(_folder.Path));
    }

    private ISiteFiles Open(string way) => way switch
    {
        "portable" => new PortableSiteFiles(_folder.Path),
        _ when OperatingSystem.IsLinux() => new LinuxSiteFiles(_folder.Path, TimeProvider.System, forceWalk: way == "walk"),
        _ => throw new PlatformNotSupportedException(),
    };

    internal static async Task<SiteOpening> OpenAsync(ISiteFiles files, string path)
    {
        Assert.True(SitePath.TryParse(path, out SitePath? parsed, out _));
        return await files.OpenAsync(parsed, default);
    }

    internal static async Task<string> ReadAsync(ISiteFiles files, string path)
    {
        SiteOpening opening = await OpenAsync(files, path);
        Assert.True(opening.Kind == SiteNodeKind.File, $"{path}: {opening.Kind}");
        using SiteFile file = opening.File!;
        byte[] content = new byte[file.Stamp.LengthBytes];
        Assert.Equal(content.Length, await file.ReadAsync(content, 0, default));
        return Encoding.UTF8.GetString(content);
    }

    private static async Task<SiteNodeKind> KindAsync(ISiteFiles files, string path)
    {
        SiteOpening opening = await OpenAsync(files, path);
        opening.File?.Dispose();
        Assert.Equal(opening.Kind == SiteNodeKind.File, opening.File is not null);
        return opening.Kind;
    }

    private static async Task<SiteListing> ListAsync(ISiteFiles files, string path, int max = 1000)
    {
        Assert.True(SitePath.TryParse(path, out SitePath? parsed, out _));
        return await files.ListAsync(parsed, max, default);
    }
}
