using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ropewalk.Web.Static.Server;

namespace Ropewalk.Web.Tests.Static.Server;

/// <summary>TLS by endpoint string, HTTP/2 by ALPN: over a real port, with HttpClient.</summary>
public sealed class Http2Tests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _content = [.. Enumerable.Range(0, 1_500_000).Select(i => (byte)(i ^ (i >> 8)))];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Both_versions_are_spoken_where_tls_is()
    {
        await using StaticSiteServer server = await StartAsync();
        using HttpClient client = await ClientAsync(server);
        foreach (Version version in new[] { HttpVersion.Version20, HttpVersion.Version11 })
        {
            using HttpResponseMessage answer = await AskAsync(client, HttpMethod.Get, "/site/a.txt", version);
            Assert.Equal(version, answer.Version);
            Assert.Equal("hello", await answer.Content.ReadAsStringAsync());
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            using HttpResponseMessage big = await AskAsync(client, HttpMethod.Get, "/site/big.bin", version);
            Assert.Equal(_content, await big.Content.ReadAsByteArrayAsync());
            using HttpResponseMessage head = await AskAsync(client, HttpMethod.Head, "/site/big.bin", version);
            Assert.Equal(_content.Length, head.Content.Headers.ContentLength);
            using HttpResponseMessage listing = await AskAsync(client, HttpMethod.Get, "/", version);
            Assert.Contains("href=\"/site/\"", await listing.Content.ReadAsStringAsync());
            using HttpResponseMessage missing = await AskAsync(client, HttpMethod.Get, "/cert.pem/x", version);
            Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        }
    }

    [Fact]
    public async Task Many_requests_at_once_share_a_connection()
    {
        await using StaticSiteServer server = await StartAsync();
        using HttpClient client = await ClientAsync(server);
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            using HttpResponseMessage answer = await AskAsync(client, HttpMethod.Get, i % 3 == 0 ? "/site/big.bin" : "/site/a.txt", HttpVersion.Version20);
            return i % 3 == 0 ? $"{(await answer.Content.ReadAsByteArrayAsync()).Length}" : await answer.Content.ReadAsStringAsync();
        }));
        Assert.All(answers.Index(), a => Assert.Equal(a.Index % 3 == 0 ? "1500000" : "hello", a.Item));
        Assert.Equal(1, server.Listenings[0].CaptureTotals().Accepted);
    }

    [Fact]
    public async Task A_file_that_is_cut_resets_its_stream_and_no_other()
    {
        await using StaticSiteServer server = await StartAsync();
        using HttpClient client = await ClientAsync(server);
        using HttpRequestMessage request = new(HttpMethod.Get, "/site/big.bin") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using Stream body = await answer.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[1000]);
        await using (FileStream file = File.OpenWrite(_folder["site/big.bin"])) file.SetLength(200_000);
        await Assert.ThrowsAnyAsync<IOException>(() => body.CopyToAsync(Stream.Null));
        using HttpResponseMessage other = await AskAsync(client, HttpMethod.Get, "/site/a.txt", HttpVersion.Version20);
        Assert.Equal("hello", await other.Content.ReadAsStringAsync());
        Assert.Equal(1, server.Listenings[0].CaptureTotals().Accepted);
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, HttpMethod method, string path, Version version)
    {
        using HttpRequestMessage request = new(method, path) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        return await client.SendAsync(request);
    }

    private async Task<StaticSiteServer> StartAsync()
    {
        _folder.Write("site/a.txt", "hello");
        _folder.Write("site/big.bin", _content);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _folder.Write("cert.pem", certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        StaticSite site = new(new StaticSiteOptions { Folder = _folder.Path, Listing = true });
        StaticSiteServer server = await StaticSiteServer.StartAsync(site);
        await server.ListenAsync($"tls:127.0.0.1:0:cert={_folder["cert.pem"]}");
        return server;
    }

    private static Task<HttpClient> ClientAsync(StaticSiteServer server)
    {
        SocketsHttpHandler handler = new();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        return Task.FromResult(new HttpClient(handler) { BaseAddress = new Uri($"https://{server.Listenings[0].EndPoint}") });
    }
}
