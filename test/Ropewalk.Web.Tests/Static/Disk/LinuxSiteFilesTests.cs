using System.Runtime.Versioning;
using Ropewalk.Testing;
using Ropewalk.Web.Static.Disk;
using Ropewalk.Web.Static.Files;

namespace Ropewalk.Web.Tests.Static.Disk;

[SupportedOSPlatform("linux")]
public sealed class LinuxSiteFilesTests : IDisposable
{
    private readonly TemporaryFolder _parent = new();

    public void Dispose() => _parent.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_root_that_is_replaced_is_served_a_second_later(bool byWalk)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux");
        _parent.Write("v1/file", "one");
        _parent.Write("v2/file", "two");
        _parent.Link("site", "v1");
        VirtualTime time = new();
        using LinuxSiteFiles files = new(_parent["site"], time, byWalk);
        Assert.Equal("one", await DiskSiteFilesTests.ReadAsync(files, "/file"));
        File.Delete(_parent["site"]);
        _parent.Link("site", "v2");
        time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal("one", await DiskSiteFilesTests.ReadAsync(files, "/file"));
        time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal("two", await DiskSiteFilesTests.ReadAsync(files, "/file"));
        Directory.Delete(_parent["v2"], recursive: true);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(SiteNodeKind.Missing, (await DiskSiteFilesTests.OpenAsync(files, "/file")).Kind);
        _parent.Write("v2/file", "new");
        Assert.Equal("new", await DiskSiteFilesTests.ReadAsync(files, "/file"));
    }

    [Fact]
    public async Task An_absolute_link_below_a_root_with_another_name_stays_inside()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux");
        _parent.Write("real/file", "inside");
        _parent.Link("site", "real");
        _parent.Link("real/by-real-name", _parent["real/file"]);
        _parent.Link("real/by-name", _parent["site/file"]);
        using LinuxSiteFiles files = new(_parent["site"], TimeProvider.System);
        Assert.Equal("inside", await DiskSiteFilesTests.ReadAsync(files, "/by-real-name"));
        Assert.Equal("inside", await DiskSiteFilesTests.ReadAsync(files, "/by-name"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_race_of_links_leads_outside(bool byWalk)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux");
        _parent.Write("outside/file", "secret");
        _parent.Write("site/good/file", "public");
        _parent.Link("site/evil", _parent["outside"]);
        using LinuxSiteFiles files = new(_parent["site"], TimeProvider.System, byWalk);
        using CancellationTokenSource stop = new();
        // somebody swaps a folder and a link to the outside as fast as the disk allows
        Task swapper = Task.Factory.StartNew(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    Directory.Move(_parent["site/good"], _parent["site/spare"]);
                    Directory.Move(_parent["site/evil"], _parent["site/good"]);
                    Directory.Move(_parent["site/good"], _parent["site/evil"]);
                    Directory.Move(_parent["site/spare"], _parent["site/good"]);
                }
            },
            TaskCreationOptions.LongRunning);
        int opened = 0, refused = 0;
        // until both were seen often: how the two threads take turns is the system's
        for (int i = 0; i < 3000 || ((opened < 200 || refused < 200) && i < 1_000_000); i++)
        {
            SiteOpening opening = await DiskSiteFilesTests.OpenAsync(files, "/good/file");
            if (opening.File is not { } file)
            {
                refused++;
                continue;
            }

            using (file)
            {
                byte[] content = new byte[6];
                await file.ReadAsync(content, 0, default);
                Assert.Equal("public"u8, content);
                opened++;
            }
        }
        await stop.CancelAsync();
        await swapper;
        Assert.True(opened >= 200 && refused >= 200, $"opened {opened}, refused {refused}");
    }
}
