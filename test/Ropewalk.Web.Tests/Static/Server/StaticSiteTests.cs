using Ropewalk.Web.Static.Server;

namespace Ropewalk.Web.Tests.Static.Server;

public sealed class StaticSiteTests
{
    [Fact]
    public async Task A_file_is_sent_with_what_is_known_of_it()
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(("/a.txt", "hello"));
        RawResponse answer = await site.GetAsync("/a.txt");
        Assert.Equal(200, answer.Status);
        Assert.Equal("hello", answer.Text);
        Assert.Equal("5", answer["Content-Length"]);
        Assert.Equal("text/plain; charset=utf-8", answer["Content-Type"]);
        Assert.Equal("nosniff", answer["X-Content-Type-Options"]);
        Assert.Equal("bytes", answer["Accept-Ranges"]);
        Assert.Equal("no-cache", answer["Cache-Control"]);
        Assert.Equal("Mon, 06 May 2024 07:08:09 GMT", answer["Last-Modified"]);
        Assert.Matches("^\"5-[0-9a-f]+\"$", answer["ETag"]);
        Assert.NotNull(answer["Date"]);
        Assert.Null(answer["Server"]);
    }

    [Fact]
    public async Task Head_is_get_without_its_body()
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(("/a.txt", "hello"), ("/folder/x", "y"));
        foreach (string path in new[] { "/a.txt", "/folder/", "/folder", "/none" })
        {
            RawResponse get = await site.GetAsync(path), head = await site.AskAsync("HEAD", path);
            Assert.Equal(get.Status, head.Status);
            Assert.Empty(head.Body);
            Assert.Equal(
                get.Fields.Where(f => f.Key is not ("Date" or "Transfer-Encoding")).OrderBy(f => f.Key),
                head.Fields.Where(f => f.Key != "Date").OrderBy(f => f.Key));
        }
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("TRACE")]
    [InlineData("get")]
    [InlineData("PROPFIND")]
    public async Task Other_methods_are_refused(string method)
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(("/a.txt", "hello"));
        RawResponse answer = await site.AskAsync(method, "/a.txt");
        Assert.Equal(405, answer.Status);
        Assert.Equal("GET, HEAD, OPTIONS", answer["Allow"]);
    }

    [Theory]
    [InlineData("/a.txt")]
    [InlineData("*")]
    public async Task Options_tells_the_methods(string target)
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(("/a.txt", "hello"));
        RawResponse answer = await site.AskAsync("OPTIONS", target);
        Assert.Equal(204, answer.Status);
        Assert.Equal("GET, HEAD, OPTIONS", answer["Allow"]);
    }

    [Fact]
    public async Task A_folder_without_its_slash_is_redirected()
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(("/a b/x", "y"));
        RawResponse answer = await site.GetAsync("/a%20b?q=1&r");
        Assert.Equal(301, answer.Status);
        Assert.Equal("/a%20b/?q=1&r", answer["Location"]);
    }

    [Theory]
    [InlineData("//evil.example/x")]
    [InlineData("/\\evil.example")]
    [InlineData("/%5cevil.example")]
    [InlineData("//evil.example")]
    public async Task No_redirect_leads_to_another_host(string target)
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(("/x/y", "z"));
        RawResponse answer = await site.GetAsync(target);
        Assert.InRange(answer.Status, 400, 404);
        Assert.Null(answer["Location"]);
    }

    [Fact]
    public async Task The_index_file_stands_for_its_folder()
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(("/index.html", "root"), ("/a/index.htm", "second"), ("/b/index.htm", "no"), ("/b/index.html", "first"), ("/c/x", ""));
        Assert.Equal("root", (await site.GetAsync("/")).Text);
        Assert.Equal("root", (await site.GetAsync("/index.html")).Text);
        Assert.Equal("second", (await site.GetAsync("/a/")).Text);
        Assert.Equal("first", (await site.GetAsync("/b/")).Text);
        Assert.Equal("text/html; charset=utf-8", (await site.GetAsync("/a/"))["Content-Type"]);
        Assert.Contains("<table>", (await site.GetAsync("/c/")).Text);
    }

    [Fact]
    public async Task Without_listing_a_folder_without_index_is_not_found()
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Files = SiteUnderTest.Files(("/a/x", "y")) });
        Assert.Equal(404, (await site.GetAsync("/")).Status);
        Assert.Equal(404, (await site.GetAsync("/a/")).Status);
        Assert.Equal(301, (await site.GetAsync("/a")).Status);
    }

    [Theory]
    [InlineData("/a.txt/")]
    [InlineData("/a.txt/b")]
    [InlineData("/A.TXT")]
    [InlineData("/a.txt%20")]
    [InlineData("/none")]
    [InlineData("/none/")]
    public async Task What_is_not_there_is_not_found(string target)
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(("/a.txt", "hello"));
        Assert.Equal(404, (await site.GetAsync(target)).Status);
    }

    [Fact]
    public async Task An_error_is_a_page_for_browsers_and_a_line_for_others()
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(("/a.txt", "hello"));
        RawResponse page = await site.GetAsync("/<script>", "Accept: text/html,application/xhtml+xml,*/*;q=0.8");
        Assert.Equal("text/html; charset=utf-8", page["Content-Type"]);
        Assert.Contains("<h1>Not found</h1>", page.Text);
        Assert.DoesNotContain("script>", page.Text);
        Assert.NotNull(page["Content-Security-Policy"]);
        RawResponse line = await site.GetAsync("/none", "Accept: */*");
        Assert.Equal("text/plain; charset=utf-8", line["Content-Type"]);
        Assert.Equal("404 Not found: There is nothing here under this name.\n", line.Text);
        Assert.Equal("Accept", line["Vary"]);
    }

    [Fact]
    public async Task A_hidden_name_answers_as_one_that_is_not_there()
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(("/a.txt", "hello"));
        RawResponse hidden = await site.GetAsync("/.git/config"), missing = await site.GetAsync("/git/config");
        Assert.Equal(missing.Text, hidden.Text);
        Assert.Equal(missing.Status, hidden.Status);
    }

    [Fact]
    public async Task Requests_in_one_packet_are_answered_in_order()
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(("/a", "1"), ("/b", "2"));
        await using RawClient client = await site.OpenAsync();
        await client.SendAsync(string.Concat(Enumerable.Repeat("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n", 20)));
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("1", (await client.ReadAsync()).Text);
            Assert.Equal("2", (await client.ReadAsync()).Text);
        }
    }

    [Fact]
    public async Task The_absolute_form_and_http_1_0_are_taken()
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(("/a", "1"));
        await using RawClient client = await site.OpenAsync();
        Assert.Equal("1", (await client.GetAsync("http://site/a?q")).Text);
        await client.SendAsync("GET /a HTTP/1.0\r\n\r\n");
        Assert.Equal("1", (await client.ReadAsync()).Text);
        Assert.Empty(await client.ReadToEndAsync());
    }

    [Fact]
    public async Task A_swap_takes_effect_on_open_connections()
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Files = SiteUnderTest.Files(("/a", "old"), ("/f/x", "")) });
        await using RawClient client = await site.OpenAsync();
        Assert.Equal("old", (await client.GetAsync("/a")).Text);
        Assert.Equal(404, (await client.GetAsync("/f/")).Status);
        site.Site.Swap(new StaticSiteOptions { Files = SiteUnderTest.Files(("/a", "new"), ("/f/x", "")), Listing = true, CacheControl = "max-age=60" });
        RawResponse answer = await client.GetAsync("/a");
        Assert.Equal("new", answer.Text);
        Assert.Equal("max-age=60", answer["Cache-Control"]);
        Assert.Equal(200, (await client.GetAsync("/f/")).Status);
    }

    [Fact]
    public async Task A_swap_with_faults_changes_nothing_and_tells_them_all()
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(("/a", "old"));
        ArgumentException fault = Assert.Throws<ArgumentException>(() => site.Site.Swap(new StaticSiteOptions
        {
            Folder = "/x",
            Files = SiteUnderTest.Files(),
            IndexNames = ["../x"],
            MaxRanges = 0,
            MaxListingEntries = 0,
            CacheBytes = -1,
            MaxCachedFileBytes = -1,
            CacheCheckInterval = TimeSpan.FromSeconds(-1),
            CacheControl = "a\r\nb",
            MediaTypes = new Dictionary<string, string> { ["x"] = "y" },
        }));
        foreach (string option in new[] { "Folder", "IndexNames", "MaxRanges", "MaxListingEntries", "CacheBytes", "MaxCachedFileBytes", "CacheCheckInterval", "CacheControl", "MediaTypes" })
        {
            Assert.Contains(option + ":", fault.Message);
        }
        Assert.Throws<DirectoryNotFoundException>(() => site.Site.Swap(new StaticSiteOptions { Folder = "/nowhere/at/all" }));
        Assert.Equal("old", (await site.GetAsync("/a")).Text);
    }
}
