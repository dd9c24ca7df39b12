using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Chat.Irc.Server.WebClient;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Server;
using Ropewalk.Testing;
using Ropewalk.WebSockets;

namespace Ropewalk.Chat.Tests.Irc.Server.WebClient;

/// <summary>The page for browsers and its socket, in memory.</summary>
public sealed class IrcWebClientTests : IAsyncLifetime
{
    private readonly EndpointContext _endpoints = new();
    private readonly ConnectionServer _listeners;
    private readonly HttpClient _http;
    private IrcServer _server = null!;
    private IrcWebClient _web = null!;

    public IrcWebClientTests()
    {
        _listeners = new ConnectionServer(_endpoints);
        _http = _endpoints.CreateHttpClient("mem:web");
        _http.BaseAddress = new Uri("http://chat.test/");
    }

    public async ValueTask InitializeAsync()
    {
        _server = await IrcServer.StartAsync(new IrcServerOptions());
        _web = await IrcWebClient.StartAsync(_server);
        await _listeners.ListenAsync("mem:web", _web.Connections);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _listeners.DisposeAsync();
        await _web.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("/", "text/html; charset=utf-8")]
    [InlineData("/app.js", "text/javascript; charset=utf-8")]
    [InlineData("/irc/message.js", "text/javascript; charset=utf-8")]
    [InlineData("/style.css", "text/css; charset=utf-8")]
    [InlineData("/icon.svg", "image/svg+xml")]
    public async Task A_file_comes_with_its_type_and_a_policy(string path, string type)
    {
        using HttpResponseMessage response = await _http.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.ToString());
        Assert.Equal((await response.Content.ReadAsByteArrayAsync()).Length, response.Content.Headers.ContentLength);
        Assert.Equal("no-cache", response.Headers.CacheControl!.ToString());
        AssertGuarded(response);
    }

    [Fact]
    public async Task The_policy_allows_nothing_from_elsewhere_and_nothing_inline()
    {
        using HttpResponseMessage response = await _http.GetAsync("/");
        Assert.Equal(
            ["base-uri 'none'", "connect-src 'self'", "default-src 'none'", "form-action 'none'", "frame-ancestors 'none'", "img-src 'self'", "script-src 'self'", "style-src 'self'"],
            Assert.Single(response.Headers.GetValues("Content-Security-Policy")).Split("; ").Order(StringComparer.Ordinal));
        string page = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("style=", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("<script(?![^>]* src=\"/)|\\son[a-z]+=|(?:src|href)=\"(?![/#])", page);
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again()
    {
        using HttpResponseMessage first = await _http.GetAsync("/app.js");
        string tag = first.Headers.ETag!.ToString();
        foreach (string known in new[] { tag, "W/" + tag, $"\"x\", {tag}", "*" })
        {
            using HttpResponseMessage again = await AskAsync(HttpMethod.Get, "/app.js", ("If-None-Match", known));
            Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
            Assert.Equal(tag, again.Headers.ETag!.ToString());
            Assert.Empty(await again.Content.ReadAsByteArrayAsync());
            AssertGuarded(again);
        }

        using HttpResponseMessage changed = await AskAsync(HttpMethod.Get, "/app.js", ("If-None-Match", "\"other\""));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        using HttpResponseMessage other = await _http.GetAsync("/");
        Assert.NotEqual(tag, other.Headers.ETag!.ToString());
    }

    [Fact]
    public async Task Every_module_that_a_module_imports_is_there()
    {
        int modules = 0;
        foreach ((string path, WebAsset asset) in WebAsset.All.Where(one => one.Key.EndsWith(".js", StringComparison.Ordinal)))
        {
            string text = System.Text.Encoding.UTF8.GetString(asset.Bytes.Span);
            Assert.True(text.Split('\n').Length <= 600, $"{path} has more than 600 lines");
            foreach (System.Text.RegularExpressions.Match import in System.Text.RegularExpressions.Regex.Matches(text, "from '([^']+)'"))
            {
                var target = new Uri(new Uri("http://x" + path), import.Groups[1].Value);
                using HttpResponseMessage found = await _http.GetAsync(target.AbsolutePath);
                Assert.True(found.StatusCode == HttpStatusCode.OK, $"{path} imports {target.AbsolutePath}");
                modules++;
            }

            Assert.DoesNotMatch("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\(|new Function", text);
        }

        Assert.True(modules > 20);
    }

    [Theory]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("GET", "/index.html", 404)]
    [InlineData("GET", "/../style.css/..", 200)]
    [InlineData("GET", "/irc/", 404)]
    [InlineData("GET", "/APP.JS", 404)]
    [InlineData("POST", "/", 405)]
    [InlineData("DELETE", "/app.js", 405)]
    [InlineData("HEAD", "/", 200)]
    public async Task Methods_and_paths(string method, string path, int code)
    {
        using HttpResponseMessage response = await AskAsync(new HttpMethod(method), path);
        Assert.Equal(code, (int)response.StatusCode);
        AssertGuarded(response);
        Assert.Equal(method == "HEAD", (await response.Content.ReadAsByteArrayAsync()).Length == 0);
        if (code == 405)
        {
            Assert.Equal(["GET", "HEAD"], response.Content.Headers.Allow);
        }
    }

    [Fact]
    public async Task The_socket_carries_lines_both_ways()
    {
        await using IrcTestClient ann = await ConnectAsync();
        Assert.Equal("text.ircv3.net", ann.Connection.Features.Get<IWebSocketFeature>()!.Subprotocol);
        await ann.SendAsync("NICK ann", "USER ann 0 * :Ann");
        await ann.ReadUntilAsync(line => line.Contains(" 422 ", StringComparison.Ordinal));
        await ann.SyncAsync();
        await using IrcTestClient bob = await ConnectAsync();
        await bob.SendAsync("NICK bob", "USER bob 0 * :Bob", "JOIN #x");
        await bob.ReadUntilAsync(line => line.Contains(" 366 ", StringComparison.Ordinal));
        await ann.AskAsync("JOIN #x");
        await bob.SyncAsync();
        await ann.AskAsync("PRIVMSG #x :grüße 🚢");
        Assert.Equal([":ann!~ann@local PRIVMSG #x :grüße 🚢"], await bob.SyncAsync());
    }

    [Fact]
    public async Task A_page_of_another_host_may_not_use_the_socket()
    {
        await Assert.ThrowsAsync<WebSocketHandshakeException>(() => ConnectAsync("http://evil.example"));
        await Assert.ThrowsAsync<WebSocketHandshakeException>(() => ConnectAsync("null"));
        await Assert.ThrowsAsync<WebSocketHandshakeException>(() => ConnectAsync("http://chat.test:8080"));
        await using IrcTestClient own = await ConnectAsync("http://chat.test");
        Assert.NotNull(own);
    }

    [Fact]
    public async Task The_socket_is_no_page()
    {
        using HttpResponseMessage response = await _http.GetAsync("/socket");
        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
    }

    [Fact]
    public async Task Somebody_behind_the_socket_comes_from_where_the_connection_comes_from()
    {
        int port = await ListenAsync();
        await using ConnectionContext connection = await new ConnectionClient().ConnectAsync(
            EndpointSpec.Parse(string.Create(CultureInfo.InvariantCulture, $"ws:127.0.0.1:{port}:path=/socket:messages=lines")));
        var client = new IrcTestClient(connection);
        await client.SendAsync("NICK ann", "USER ann 0 * :Ann", "JOIN #x");
        string[] lines = await client.ReadUntilAsync(line => line.Contains(" JOIN ", StringComparison.Ordinal));
        Assert.Equal(":ann!~ann@127.0.0.1 JOIN #x", lines[^1]);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:10.1.2.3", true)]
    [InlineData("172.16.0.1", true)]
    [InlineData("172.32.0.1", false)]
    [InlineData("192.168.1.1", true)]
    [InlineData("169.254.3.4", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fd00::1", true)]
    [InlineData("192.0.2.1", false)]
    [InlineData("2001:db8::1", false)]
    public void Addresses_inside_are_those_that_a_name_of_elsewhere_could_point_to(string address, bool isInside) => Assert.Equal(isInside, IrcWebClient.IsInside(IPAddress.Parse(address)));

    [Fact]
    public async Task Where_there_are_names_only_they_are_answered()
    {
        _web.Hosts = ["chat.example.org"];
        using HttpResponseMessage other = await _http.GetAsync("/");
        Assert.Equal(HttpStatusCode.MisdirectedRequest, other.StatusCode);
        using HttpResponseMessage known = await _http.GetAsync("http://chat.example.org/");
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
    }

    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("127.0.0.1", 200)]
    [InlineData("[::1]:80", 200)]
    [InlineData("evil.example", 421)]
    [InlineData("localhost.evil.example", 421)]
    [InlineData("chat.example.org", 200)]
    public async Task On_the_loopback_interface_a_name_of_elsewhere_is_not_answered(string host, int code)
    {
        int port = await ListenAsync();
        _web.Hosts = ["chat.example.org"];
        using var http = new HttpClient();
        foreach (string path in new[] { "/", "/socket" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{path}"));
            request.Headers.Host = host;
            using HttpResponseMessage response = await http.SendAsync(request);
            Assert.Equal(path == "/socket" && code == 200 ? 426 : code, (int)response.StatusCode);
        }
    }

    private async Task<int> ListenAsync() => ((IPEndPoint)(await _listeners.ListenAsync("tcp:127.0.0.1:0", _web.Connections)).EndPoint).Port;

    private async Task<IrcTestClient> ConnectAsync(string? origin = null)
    {
        ConnectionContext connection = await new ConnectionClient(_endpoints).ConnectAsync(EndpointSpec.Parse("mem:web"));
        await connection.UpgradeToWebSocketAsync(new WebSocketClientOptions
        {
            Host = "chat.test",
            Path = "/socket",
            Origin = origin,
            Messages = WebSocketMessages.Lines,
            Subprotocols = { WebSocketSubprotocol.IrcText },
        });
        return new IrcTestClient(connection);
    }

    private Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return _http.SendAsync(request);
    }

    private static void AssertGuarded(HttpResponseMessage response)
    {
        Assert.StartsWith("default-src 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
    }
}
