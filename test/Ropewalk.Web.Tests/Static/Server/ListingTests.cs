using Ropewalk.Web.Static.Server;

namespace Ropewalk.Web.Tests.Static.Server;

public sealed class ListingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Shows_a_folder_and_lets_nothing_else_in()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "names that Windows does not take");
        _folder.Write("<img src=x onerror=alert(1)>", "x");
        _folder.Write("sub/x", "y");
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _folder.Path, Listing = true });
        RawResponse page = await site.GetAsync("/");
        Assert.Equal(200, page.Status);
        Assert.Equal("text/html; charset=utf-8", page["Content-Type"]);
        Assert.Equal("nosniff", page["X-Content-Type-Options"]);
        Assert.StartsWith("default-src 'none'", page["Content-Security-Policy"]);
        Assert.DoesNotContain("<img", page.Text);
        Assert.Contains("&lt;img src=x onerror=alert(1)&gt;", page.Text);
        // the links lead to what they show
        Assert.Equal("x", (await site.GetAsync("/%3Cimg%20src=x%20onerror=alert(1)%3E")).Text);
        Assert.Contains("href=\"/%3Cimg%20src=x%20onerror=alert(1)%3E\"", page.Text);
    }

    [Fact]
    public async Task Is_sorted_as_the_query_says()
    {
        _folder.Write("a", "333");
        _folder.Write("b", "1");
        _folder.Write("c", "22");
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _folder.Path, Listing = true });
        Assert.Equal("abc", Order((await site.GetAsync("/")).Text));
        Assert.Equal("acb", Order((await site.GetAsync("/?sort=size&order=desc")).Text));
        Assert.Equal("bca", Order((await site.GetAsync("/?sort=size")).Text));
        Assert.Equal("cba", Order((await site.GetAsync("/?order=desc")).Text));
    }

    [Fact]
    public async Task A_huge_folder_is_shown_up_to_the_bound_and_says_so()
    {
        for (int i = 0; i < 3000; i++) File.WriteAllBytes(_folder[$"file-{i}"], []);
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _folder.Path, Listing = true, MaxListingEntries = 2000 });
        RawResponse page = await site.GetAsync("/");
        Assert.Equal("chunked", page["Transfer-Encoding"]);
        Assert.Equal(2000, page.Text.Split("href=\"/file-").Length - 1);
        Assert.Contains("Only the first 2000 files that were read; this folder holds more.", page.Text);
    }

    [Fact]
    public async Task Large_listings_that_nobody_reads_are_bounded_together()
    {
        for (int i = 0; i < 2000; i++) File.WriteAllBytes(_folder[$"a-rather-long-name-that-makes-a-large-page-{i}"], []);
        Directory.CreateDirectory(_folder["small"]);
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _folder.Path, Listing = true });
        List<RawClient> idle = [];
        for (int i = 0; i < 32; i++)
        {
            RawClient client = await site.OpenAsync();
            await client.SendRequestAsync("/");
            Assert.True(await client.ReceiveAsync());   // begun, and far from its end
            idle.Add(client);
        }
        RawResponse refused = await site.GetAsync("/");
        Assert.Equal(503, refused.Status);
        Assert.Equal("1", refused["Retry-After"]);
        Assert.Equal(200, (await idle[0].ReadAsync()).Status);
        // its place is free when the answer has ended, which is a moment after its last byte was read
        RawResponse served;
        do
        {
            served = await site.GetAsync("/");
        }
        while (served.Status == 503);
        Assert.Equal(200, served.Status);
        foreach (RawClient client in idle) await client.DisposeAsync();
    }

    private static string Order(string page) => string.Concat(page.Split("<span>").Skip(1).Select(s => s[0]));
}
