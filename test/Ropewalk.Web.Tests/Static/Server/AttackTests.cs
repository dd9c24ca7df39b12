using System.Text;
using Ropewalk.Web.Static.Server;

namespace Ropewalk.Web.Tests.Static.Server;

/// <summary>Raw bytes against a real folder. The secret beside it must never come out, and the server must go on.</summary>
public sealed class AttackTests : IAsyncLifetime
{
    private const string Secret = "the secret beside the root";
    private readonly TemporaryFolder _parent = new();
    private SiteUnderTest _site = null!;

    public async ValueTask InitializeAsync()
    {
        _parent.Write("secret.txt", Secret);
        _parent.Write("root-other/secret.txt", Secret);
        _parent.Write("root/public.txt", "public");
        _parent.Write("root/.env", Secret);
        _parent.Write("root/.git/config", Secret);
        _parent.Write("root/sub/public.txt", "public");
        _parent.Link("root/out.txt", "../secret.txt");
        _parent.Link("root/out", "..");
        _parent.Link("root/absolute", _parent["secret.txt"]);
        _parent.Link("root/passwd", "/etc/passwd");
        _parent.Link("root/proc", "/proc/self");
        _site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _parent["root"], Listing = true });
    }

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        _parent.Dispose();
    }

    public static TheoryData<string> Targets =>
    [
        "/../secret.txt", "/../../../../../../etc/passwd", "/sub/../../secret.txt", "/./../secret.txt", "/..", "/../", "/sub/..", "/.",
        "/%2e%2e/secret.txt", "/%2e%2e%2fsecret.txt", "/..%2fsecret.txt", "/.%2e/secret.txt", "/%2E./secret.txt", "/sub/%2e%2e/%2e%2e/secret.txt",
        "/..%5csecret.txt", "/..\\secret.txt", "/%2e%2e%5csecret.txt", "/sub\\..\\..\\secret.txt", "/%5c..%5csecret.txt",
        "/%252e%252e/secret.txt", "/%252e%252e%252fsecret.txt", "/%25%32%65%25%32%65/secret.txt", "/..%252fsecret.txt", "/%%32%65%%32%65/secret.txt",
        "/%c0%ae%c0%ae/secret.txt", "/%c0%ae%c0%ae%c0%afsecret.txt", "/%e0%80%ae%e0%80%ae/secret.txt", "/..%c0%afsecret.txt", "/..%c1%9csecret.txt", "/%f0%80%80%ae./secret.txt",
        "/%uff0e%uff0e/secret.txt", "/%u002e%u002e/secret.txt", "/%ef%bc%8e%ef%bc%8e/secret.txt", "/\u00ef\u00bc\u008e\u00ef\u00bc\u008e/secret.txt",
        "/public.txt%00.html", "/%00/../secret.txt", "/..%00/secret.txt", "/.env%00", "/public.txt%00/../../secret.txt",
        "/.env", "/.git/config", "/%2eenv", "/.git%2fconfig", "/sub/../.env", "/.env/", "/.git/",
        "//etc/passwd", "///etc/passwd", "/%2fetc/passwd", "//../secret.txt", "/sub//../secret.txt",
        "/out.txt", "/out/secret.txt", "/out/root-other/secret.txt", "/absolute", "/passwd", "/proc/self/environ", "/proc/root/etc/passwd", "/out", "/out/", "/proc/",
        "../secret.txt", "..", "secret.txt", "file:///etc/passwd", "http://site/../secret.txt", "http://site/%2e%2e/secret.txt", "http://site\\..\\secret.txt", "http:///../secret.txt",
        "/;/../secret.txt", "/..;/secret.txt", "/sub/..;/secret.txt", "/public.txt/../../secret.txt", "/.../secret.txt", "/....//secret.txt", "/..%ff/secret.txt",
        "/~root/secret.txt", "/C:/secret.txt", "/public.txt::$DATA", "/%0d%0aSet-Cookie:x", "/%0a/../secret.txt", "/\u0001", "/%7f", "/sub/%2e",
    ];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task No_target_leads_outside(string target)
    {
        await using RawClient client = await _site.OpenAsync();
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: site\r\nConnection: close\r\n\r\n");
        byte[] bytes = await client.ReadToEndAsync();
        string answer = Encoding.Latin1.GetString(bytes);
        Assert.Matches("^HTTP/1.1 (400|404|405) ", answer);
        Assert.DoesNotContain(Secret, answer);
        Assert.DoesNotContain("root:", answer);
        Assert.DoesNotContain("Set-Cookie", answer);
        Assert.Equal("public", (await _site.GetAsync("/public.txt")).Text);
    }

    [Fact]
    public async Task The_listing_shows_no_way_out()
    {
        string page = (await _site.GetAsync("/")).Text;
        Assert.Contains("/public.txt", page);
        Assert.Contains("/sub/", page);
        foreach (string name in new[] { "out", "absolute", "passwd", "proc", ".env", ".git" }) Assert.DoesNotContain($"href=\"/{name}", page);
    }

    // Requests that two servers could read in two ways: each is refused, or read as RFC 9112 says, and the connection is not used on where it is unclear.
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nGET /public.txt HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400)]
    [InlineData("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505)]
    public async Task A_request_that_can_be_read_in_two_ways_is_refused(string request, int status)
    {
        await using RawClient client = await _site.OpenAsync();
        await client.SendAsync(request);
        string answer = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        if (status == 400) Assert.Matches("^(HTTP/1.1 400 |$)", answer);
        else Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.Equal(answer.Length == 0 ? 0 : 1, answer.Split("HTTP/1.1 ").Length - 1);
    }

    [Theory]
    [InlineData("GET /public.txt HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n")]
    [InlineData("GET /public.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12345")]
    [InlineData("POST /public.txt HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;x\r\nx\r\n0\r\n\r\n")]
    public async Task Nothing_behind_a_body_is_read_as_a_request(string request)
    {
        await using RawClient client = await _site.OpenAsync();
        await client.SendAsync(request + "GET /sub/public.txt HTTP/1.1\r\nHost: a\r\n\r\n");
        string answer = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        Assert.Contains("\r\nConnection: close\r\n", answer);
        Assert.Equal(1, answer.Split("HTTP/1.1 ").Length - 1);
    }

    [Fact]
    public async Task Http_2_without_tls_is_told_to_use_http_1()
    {
        await using RawClient client = await _site.OpenAsync();
        await client.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        // one GOAWAY frame: HTTP_1_1_REQUIRED (RFC 9113 §7)
        Assert.Equal([0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0D], await client.ReadToEndAsync());
    }

    [Fact]
    public async Task Chunks_win_over_a_length_and_the_connection_ends_there()
    {
        // RFC 9112 §6.3: both is an attack or a fault; the chunked reading counts, and nothing behind it is read as a request
        await using RawClient client = await _site.OpenAsync();
        await client.SendAsync("POST /public.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /sub/public.txt HTTP/1.1\r\nHost: a\r\n\r\n");
        string answer = Encoding.Latin1.GetString(await client.ReadToEndAsync());
        Assert.Equal(1, answer.Split("HTTP/1.1 ").Length - 1);
    }

    [Theory]
    [InlineData(9_000, 1, 414)]
    [InlineData(10, 40_000, 431)]
    public async Task Long_requests_are_refused(int pathLength, int fieldLength, int status)
    {
        await using RawClient client = await _site.OpenAsync();
        await client.SendAsync($"GET /{new string('a', pathLength)} HTTP/1.1\r\nHost: a\r\nX: {new string('b', fieldLength)}\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
    }

    [Fact]
    public async Task Many_fields_are_refused()
    {
        await using RawClient client = await _site.OpenAsync();
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Range(0, 101).Select(i => $"X{i}: y\r\n"))}\r\n");
        Assert.StartsWith("HTTP/1.1 431 ", Encoding.Latin1.GetString(await client.ReadToEndAsync()));
    }

    [Fact]
    public async Task Random_targets_never_break_anything()
    {
        const int seed = 424242;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        string[] pieces = ["/", "..", ".", "%2e", "%2f", "%5c", "%00", "%c0%ae", "sub", "public.txt", "secret.txt", "out", "?", "%25", "%", ";", "//", "~", "%ef%bc%8e"];
        RawClient client = await _site.OpenAsync();
        for (int i = 0; i < 2000; i++)
        {
            string target = "/" + string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => pieces[random.Next(pieces.Length)]));
            await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
            RawResponse answer = await client.ReadAsync();
            Assert.True(answer.Status is 200 or 301 or 400 or 404, $"{target}: {answer.Status}");
            Assert.DoesNotContain(Secret, answer.Text);
            if (answer["Location"] is { } location) Assert.Matches("^/[^/\\\\]", location);
            if (answer["Connection"] != "close") continue;
            await client.DisposeAsync();
            client = await _site.OpenAsync();
        }
        await client.DisposeAsync();
    }
}
