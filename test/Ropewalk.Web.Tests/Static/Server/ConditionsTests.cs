namespace Ropewalk.Web.Tests.Static.Server;

public sealed class ConditionsTests : IAsyncLifetime
{
    private const string LastModified = "Mon, 06 May 2024 07:08:09 GMT";
    private const string Content = "0123456789abcdefghij";
    private SiteUnderTest _site = null!;
    private string _tag = null!;

    public async ValueTask InitializeAsync()
    {
        _site = await SiteUnderTest.StartAsync(("/f.txt", Content), ("/empty", ""));
        _tag = (await _site.GetAsync("/f.txt"))["ETag"]!;
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task A_304_has_the_validators_and_no_body()
    {
        foreach (string field in new[] { $"If-None-Match: {_tag}", $"If-None-Match: \"x\", W/{_tag}", "If-None-Match: *", $"If-Modified-Since: {LastModified}" })
        {
            RawResponse answer = await _site.GetAsync("/f.txt", field);
            Assert.Equal(304, answer.Status);
            Assert.Equal(_tag, answer["ETag"]);
            Assert.Equal(LastModified, answer["Last-Modified"]);
            Assert.Equal("no-cache", answer["Cache-Control"]);
            Assert.Null(answer["Content-Length"]);
            Assert.Null(answer["Content-Type"]);
        }
        Assert.Equal(304, (await _site.AskAsync("HEAD", "/f.txt", $"If-None-Match: {_tag}")).Status);
    }

    [Fact]
    public async Task A_412_tells_that_it_changed()
    {
        Assert.Equal(412, (await _site.GetAsync("/f.txt", "If-Match: \"other\"")).Status);
        Assert.Equal(412, (await _site.GetAsync("/f.txt", "If-Unmodified-Since: Mon, 06 May 2024 07:08:08 GMT")).Status);
        Assert.Equal(200, (await _site.GetAsync("/f.txt", $"If-Match: {_tag}", $"If-None-Match: \"other\"")).Status);
    }

    [Fact]
    public async Task One_range()
    {
        RawResponse answer = await _site.GetAsync("/f.txt", "Range: bytes=2-4");
        Assert.Equal(206, answer.Status);
        Assert.Equal("234", answer.Text);
        Assert.Equal("bytes 2-4/20", answer["Content-Range"]);
        Assert.Equal("text/plain; charset=utf-8", answer["Content-Type"]);
        Assert.Equal(_tag, answer["ETag"]);
        Assert.Equal("ghij", (await _site.GetAsync("/f.txt", "Range: bytes=-4")).Text);
        Assert.Equal("hij", (await _site.GetAsync("/f.txt", "Range: bytes=17-")).Text);
        Assert.Equal(200, (await _site.GetAsync("/f.txt", "Range: lines=2-4")).Status);
    }

    [Fact]
    public async Task Several_ranges()
    {
        RawResponse answer = await _site.GetAsync("/f.txt", "Range: bytes=0-1, -2, 4-5");
        Assert.Equal(206, answer.Status);
        Assert.Null(answer["Content-Range"]);
        string boundary = answer["Content-Type"]!.Split("multipart/byteranges; boundary=")[1];
        string[] parts = answer.Text.Split("--" + boundary);
        Assert.Equal(5, parts.Length);
        Assert.Equal("", parts[0]);
        Assert.Equal("\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 0-1/20\r\n\r\n01\r\n", parts[1]);
        Assert.Equal("\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 4-5/20\r\n\r\n45\r\n", parts[2]);
        Assert.Equal("\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 18-19/20\r\n\r\nij\r\n", parts[3]);
        Assert.Equal("--\r\n", parts[4]);
        Assert.NotEqual(boundary, (await _site.GetAsync("/f.txt", "Range: bytes=0-1,5-6"))["Content-Type"]!.Split('=')[1]);
    }

    [Fact]
    public async Task A_range_behind_the_end()
    {
        RawResponse answer = await _site.GetAsync("/f.txt", "Range: bytes=20-");
        Assert.Equal(416, answer.Status);
        Assert.Equal("bytes */20", answer["Content-Range"]);
        Assert.Equal(200, (await _site.GetAsync("/empty", "Range: bytes=0-")).Status);
    }

    [Fact]
    public async Task More_ranges_than_allowed_get_the_whole()
    {
        string many = string.Join(',', Enumerable.Range(0, 17).Select(i => $"{i}-{i}"));
        Assert.Equal(200, (await _site.GetAsync("/f.txt", $"Range: bytes={many}")).Status);
        // what overlaps is joined: never more is sent than the file has
        Assert.Equal(Content, (await _site.GetAsync("/f.txt", "Range: bytes=" + string.Join(',', Enumerable.Repeat("0-", 16)))).Text);
    }

    [Theory]
    [InlineData("TAG", 206)]
    [InlineData("\"other\"", 200)]
    [InlineData("W/TAG", 200)]
    [InlineData(LastModified, 206)]
    [InlineData("Mon, 06 May 2024 07:08:10 GMT", 200)]
    public async Task If_range(string value, int status) =>
        Assert.Equal(status, (await _site.GetAsync("/f.txt", "Range: bytes=0-1", "If-Range: " + value.Replace("TAG", _tag))).Status);

    [Fact]
    public async Task A_range_does_not_count_for_head_nor_after_a_304()
    {
        RawResponse head = await _site.AskAsync("HEAD", "/f.txt", "Range: bytes=0-1");
        Assert.Equal(200, head.Status);
        Assert.Equal("20", head["Content-Length"]);
        Assert.Equal(304, (await _site.GetAsync("/f.txt", "Range: bytes=0-1", $"If-None-Match: {_tag}")).Status);
    }
}
