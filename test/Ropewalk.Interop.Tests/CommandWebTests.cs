using System.Globalization;

namespace Ropewalk.Interop.Tests;

/// <summary><c>ropewalk web</c>, as it is built, with curl, wget, h2load and openssl's client.</summary>
public sealed class CommandWebTests : IDisposable
{
    private const string Plain = "tcp:127.0.0.1:0";

    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Curl_gets_files_ranges_conditions_and_heads()
    {
        var curl = ExternalProgram.Find("curl");
        await using RopewalkProgram web = await RopewalkProgram.StartAsync("web", _folder.Site, "--listen", Plain);
        string at = $"http://127.0.0.1:{web.Port()}/";

        string whole = await SayAsync(curl, "-i", at + "verse.txt");
        Assert.StartsWith("HTTP/1.1 200 OK", whole, StringComparison.Ordinal);
        Assert.EndsWith("0123456789abcdef", whole, StringComparison.Ordinal);
        Assert.Equal("456 206", await SayAsync(curl, "-r", "4-6", "-w", " %{http_code}", at + "verse.txt"));
        Assert.Equal("f 206", await SayAsync(curl, "-r", "-1", "-w", " %{http_code}", at + "verse.txt"));
        Assert.EndsWith(" 416", await SayAsync(curl, "-r", "99-", "-w", " %{http_code}", at + "verse.txt"), StringComparison.Ordinal);
        string tag = whole.Split('\n').Single(l => l.StartsWith("ETag: ", StringComparison.OrdinalIgnoreCase))[6..].Trim();
        Assert.Equal(" 304", await SayAsync(curl, "-H", $"If-None-Match: {tag}", "-w", " %{http_code}", at + "verse.txt"));
        string head = await SayAsync(curl, "-I", at + "verse.txt");
        Assert.Contains("Content-Length: 16", head, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith(" 404", await SayAsync(curl, "--path-as-is", "-w", " %{http_code}", at + "../verse.txt"), StringComparison.Ordinal);
        Assert.EndsWith(" 405", await SayAsync(curl, "-d", "x", "-w", " %{http_code}", at + "verse.txt"), StringComparison.Ordinal);

        Assert.Equal(0, await web.StopAsync());
        Assert.Contains("\"GET /verse.txt HTTP/1.1\" 206 3", web.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curl_resumes_over_http2_with_tls_and_speaks_http2_without()
    {
        var curl = ExternalProgram.Find("curl");
        await using RopewalkProgram web = await RopewalkProgram.StartAsync(
            "web", _folder.Site, "--listen", $"tls:127.0.0.1:0:cert={_folder.Certificate}", "--listen", Plain);
        string[] trust = ["--cacert", _folder.Certificate, "--noproxy", "*"];
        string at = $"https://localhost:{web.Port()}/verse.txt";
        Assert.Equal("0123456789abcdef 2 200", await SayAsync(curl, [.. trust, "-w", " %{http_version} %{http_code}", at]));
        Assert.Equal("0123456789abcdef 1.1", await SayAsync(curl, [.. trust, "--http1.1", "-w", " %{http_version}", at]));
        string half = _folder.Write("half", "01234");
        await SayAsync(curl, [.. trust, "-C", "-", "-o", half, at]);
        Assert.Equal("0123456789abcdef", await File.ReadAllTextAsync(half));

        // a certificate that is not trusted is the client's to refuse
        (await curl.RunAsync(["-s", "--noproxy", "*", at])).Expect(60);
        // plain HTTP to a TLS port is let go, and TLS to a plain port is answered as plain HTTP
        Assert.NotEqual(0, (await curl.RunAsync(["-s", "--noproxy", "*", $"http://127.0.0.1:{web.Port()}/"])).ExitCode);
        Assert.NotEqual(0, (await curl.RunAsync(["-sk", "--noproxy", "*", $"https://127.0.0.1:{web.Port(1)}/"])).ExitCode);
        Assert.Equal("0123456789abcdef", await SayAsync(curl, [.. trust, at]));
        Assert.Equal(0, await web.StopAsync());
        Assert.DoesNotContain("   at ", web.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wget_fetches_a_folder_by_its_listing()
    {
        var wget = ExternalProgram.Find("wget");
        await using RopewalkProgram web = await RopewalkProgram.StartAsync("web", _folder.Site, "--listen", Plain);
        string to = _folder.PathOf("fetched");
        (await wget.RunAsync(["-q", "--no-proxy", "-r", "-np", "-nH", "-e", "robots=off", "-P", to, $"http://127.0.0.1:{web.Port()}/files/"])).Expect();
        Assert.Equal("one", await File.ReadAllTextAsync(Path.Combine(to, "files", "one.txt")));
        Assert.Equal("two", await File.ReadAllTextAsync(Path.Combine(to, "files", "two words.txt")));
        Assert.False(File.Exists(Path.Combine(to, "files", ".hidden")));
    }

    [Theory]
    [InlineData("https", "tls")]
    [InlineData("http", "tcp")]
    public async Task H2load_loses_no_request(string scheme, string endpoint)
    {
        var load = ExternalProgram.Find("h2load", "nghttp2-client");
        string listen = endpoint == "tls" ? $"tls:127.0.0.1:0:cert={_folder.Certificate}" : $"{Plain}";
        await using RopewalkProgram web = await RopewalkProgram.StartAsync("web", _folder.Site, "--listen", listen, "--access-log", "false");
        string[] old = endpoint == "tls" ? [] : ["--h1"];
        ProgramResult result = await load.RunAsync([.. old, "-n", "5000", "-c", "20", "-m", "10", $"{scheme}://127.0.0.1:{web.Port()}/verse.txt"]);
        result.Expect();
        Assert.Contains("5000 total, 5000 started, 5000 done, 5000 succeeded, 0 failed, 0 errored, 0 timeout", result.Output, StringComparison.Ordinal);
        Assert.Contains(endpoint == "tls" ? "Application protocol: h2" : "http/1.1", result.Output, StringComparison.Ordinal);
        Assert.Equal(0, await web.StopAsync());
    }

    [Fact]
    public async Task OpenSsl_agrees_on_tls_1_3_and_h2_and_is_refused_with_1_1()
    {
        var openssl = ExternalProgram.Find("openssl");
        await using RopewalkProgram web = await RopewalkProgram.StartAsync("web", _folder.Site, "--listen", $"tls:127.0.0.1:0:cert={_folder.Certificate}");
        string[] connect = ["s_client", "-connect", $"127.0.0.1:{web.Port().ToString(CultureInfo.InvariantCulture)}", "-servername", "localhost", "-CAfile", _folder.Certificate];
        ProgramResult best = await openssl.RunAsync([.. connect, "-alpn", "h2,http/1.1", "-verify_return_error"]);
        best.Expect();
        Assert.Contains("TLSv1.3", best.Output, StringComparison.Ordinal);
        Assert.Contains("ALPN protocol: h2", best.Output, StringComparison.Ordinal);
        ProgramResult old = await openssl.RunAsync([.. connect, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"]);
        Assert.NotEqual(0, old.ExitCode);
        Assert.Contains("protocol version", old.Errors, StringComparison.Ordinal);
    }

    private static async Task<string> SayAsync(ExternalProgram curl, params string[] arguments) =>
        (await curl.RunAsync(["-sS", "--noproxy", "*", .. arguments])).Expect().Output;
}
