using Ropewalk.Testing;
using Ropewalk.Web.Static.Files;
using Ropewalk.Web.Static.Server;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Tests.Static.Server;

public sealed class HotFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly VirtualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_changed_file_is_seen_within_a_second_and_not_looked_at_before()
    {
        _folder.Write("a.txt", "one");
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _folder.Path }, time: _time);
        RawResponse first = await site.GetAsync("/a.txt");
        _folder.Write("a.txt", "two", DateTime.UnixEpoch.AddYears(55));
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal("one", (await site.GetAsync("/a.txt")).Text);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        RawResponse second = await site.GetAsync("/a.txt");
        Assert.Equal("two", second.Text);
        Assert.NotEqual(first["ETag"], second["ETag"]);
        Assert.Equal("Wed, 01 Jan 2025 00:00:00 GMT", second["Last-Modified"]);
    }

    [Fact]
    public async Task A_change_that_keeps_length_and_time_is_seen_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the inode's own time of change is known on Linux only");
        _folder.Write("a.txt", "one");
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _folder.Path }, time: _time);
        Assert.Equal("one", (await site.GetAsync("/a.txt")).Text);
        File.Move(_folder.Write("next", "two"), _folder["a.txt"], overwrite: true);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("two", (await site.GetAsync("/a.txt")).Text);
    }

    [Fact]
    public async Task What_goes_away_is_gone_and_what_comes_is_seen()
    {
        _folder.Write("f/index.htm", "second");
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _folder.Path }, time: _time);
        Assert.Equal("second", (await site.GetAsync("/f/")).Text);
        // a name that comes earlier in the list
        _folder.Write("f/index.html", "first");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("first", (await site.GetAsync("/f/")).Text);
        Assert.Equal("text/html; charset=utf-8", (await site.GetAsync("/f/"))["Content-Type"]);
        Directory.Delete(_folder["f"], recursive: true);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(404, (await site.GetAsync("/f/")).Status);
        Assert.Equal(404, (await site.GetAsync("/f/index.html")).Status);
    }

    [Fact]
    public async Task A_file_that_changed_this_instant_has_a_weak_tag_until_it_is_settled()
    {
        // the site's clock stands where the file's time of change is
        _folder.Write("a.txt", "one", _time.GetUtcNow().UtcDateTime.AddTicks(77));
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _folder.Path }, time: _time);
        RawResponse fresh = await site.GetAsync("/a.txt");
        Assert.StartsWith("W/\"", fresh["ETag"]);
        // changed again within the same tick: the stamp could not tell, so the entry is not trusted a second time
        _time.Advance(TimeSpan.FromSeconds(1));
        RawResponse settled = await site.GetAsync("/a.txt");
        Assert.Equal(fresh["ETag"]![2..], settled["ETag"]);
        Assert.Equal(304, (await site.GetAsync("/a.txt", $"If-None-Match: {fresh["ETag"]}")).Status);
    }

    [Fact]
    public async Task Nothing_is_kept_where_the_cache_is_off()
    {
        _folder.Write("a.txt", "one");
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _folder.Path, CacheBytes = 0 }, time: _time);
        Assert.Equal("one", (await site.GetAsync("/a.txt")).Text);
        _folder.Write("a.txt", "twenty");
        Assert.Equal("twenty", (await site.GetAsync("/a.txt")).Text);
        _folder.Write("a.txt", "");
        Assert.Equal("", (await site.GetAsync("/a.txt")).Text);
    }

    [Fact]
    public async Task Another_spelling_of_a_path_is_the_same_file_and_takes_no_room()
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(("/abc.txt", "x"));
        foreach (string spelling in new[] { "/abc.txt", "/%61bc.txt", "/a%62c.txt", "/abc%2Etxt", "/abc%2etxt?x" })
        {
            Assert.Equal("x", (await site.GetAsync(spelling)).Text);
        }
        Assert.Equal(1, site.Site.HotFileCount);
    }

    [Fact]
    public void Stays_within_its_bound_and_spares_what_is_asked_for()
    {
        HotFiles cache = new(maxBytes: 10 * 2048);
        HotFile Make(int i) => new($"/{i}", Describe(1024), new byte[1024], 0);
        for (int i = 0; i < 1000; i++)
        {
            cache.Put(Make(i));
            Assert.True(cache.TryGet("/0", out _), $"lost after {i}");
            Assert.InRange(cache.Bytes, 0, 10 * 2048);
            Assert.Equal(cache.Count * 2048, cache.Bytes);
        }
        Assert.Equal(10, cache.Count);
        Assert.True(cache.TryGet("/999", out HotFile? last));
        cache.Put(Make(999));
        Assert.Equal(10, cache.Count);
        cache.Remove(last);   // another one has its name now
        Assert.Equal(10, cache.Count);
        cache.Put(new HotFile("/huge", Describe(100_000), new byte[100_000], 0));
        Assert.False(cache.TryGet("/huge", out _));
        Assert.Equal(10, cache.Count);
    }

    [Fact]
    public void Many_threads_leave_it_whole()
    {
        HotFiles cache = new(maxBytes: 50 * 1030);
        Parallel.For(0, 8, worker =>
        {
            Random random = new(worker);
            for (int i = 0; i < 5000; i++)
            {
                string key = $"/{random.Next(200)}";
                if (!cache.TryGet(key, out HotFile? file)) cache.Put(new HotFile(key, Describe(6), new byte[6], 0));
                else if (random.Next(10) == 0) cache.Remove(file);
            }
        });
        Assert.InRange(cache.Bytes, 0, 50 * 1030);
        Assert.Equal(cache.Count * 1030, cache.Bytes);
    }

    private static Representation Describe(int length) =>
        new(SitePath.Root.Child("x"), new FileStamp(length, 1, 0), new SiteSettings(new StaticSiteOptions { Files = SiteUnderTest.Files() }, TimeProvider.System), DateTimeOffset.UnixEpoch.AddDays(1));
}
