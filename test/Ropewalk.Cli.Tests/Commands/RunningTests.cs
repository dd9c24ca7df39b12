using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ropewalk.Cli.Commands;

namespace Ropewalk.Cli.Tests.Commands;

public sealed class RunningTests : IDisposable
{
    private const string Anywhere = "tcp:127.0.0.1:0";

    private readonly CommandRun _run = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(20) };

    [Fact]
    public async Task Web_serves_a_folder_and_stops_in_good_order()
    {
        _run.Write("site/index.html", "<p>hello");
        await _run.StartAsync("web", "site", "--listen", Anywhere);
        Assert.Equal("<p>hello", await _http.GetStringAsync($"http://127.0.0.1:{_run.PortOf("web")}/"));
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
        Assert.DoesNotContain("error", _run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Up_without_a_file_serves_the_sample_and_says_what_to_try()
    {
        // the documented ports may be taken on the machine that tests
        _run.Environment["ROPEWALK__WEB__LISTEN"] = Anywhere;
        _run.Environment["ROPEWALK__IRC__LISTEN"] = Anywhere;
        _run.Environment["ROPEWALK__DNS__LISTEN"] = "127.0.0.1:0";
        _run.Environment["ROPEWALK__STATUS__LISTEN"] = Anywhere;
        _run.Environment["ROPEWALK__IRC__WEB"] = "tcp:localhost:0";
        await _run.StartAsync("up");
        Match chat = Regex.Match(_run.Output, "^  (http://127\\.0\\.0\\.1:[0-9]+/)#ropewalk  +a page to open", RegexOptions.Multiline);
        Assert.Contains("<title>Chat</title>", await _http.GetStringAsync(chat.Groups[1].Value), StringComparison.Ordinal);
        Assert.Contains($"irssi -c 127.0.0.1 -p {_run.PortOf("irc")}", _run.Output, StringComparison.Ordinal);
        string web = $"http://127.0.0.1:{_run.PortOf("web")}/";
        Assert.Contains("Ropewalk is up", await _http.GetStringAsync(web), StringComparison.Ordinal);
        Assert.Contains($"curl -i {web}", _run.Output, StringComparison.Ordinal);
        Assert.Contains($"dig @127.0.0.1 -p {_run.PortOf("dns")} www.ropewalk.test", _run.Output, StringComparison.Ordinal);
        string status = $"http://127.0.0.1:{_run.PortOf("status")}/";
        // what was sent is counted when the system has taken it, and by then it may have been read: one look lies between
        await _http.GetStringAsync(status + "status.json");
        using JsonDocument json = JsonDocument.Parse(await _http.GetStringAsync(status + "status.json"));
        Assert.Equal(["web", "irc", "bot", "dns", "status"], json.RootElement.GetProperty("services").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
        Assert.True(json.RootElement.GetProperty("services")[0].GetProperty("totals").GetProperty("sentBytes").GetInt64() > 0);
        Assert.Contains("# TYPE ropewalk_", await _http.GetStringAsync(status + "metrics"), StringComparison.Ordinal);
        Assert.Contains("<h1>Ropewalk</h1>", await _http.GetStringAsync(status), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
    }

    [Fact]
    public async Task A_reload_opens_and_closes_the_page_of_irc_and_its_clients_stay()
    {
        _run.Write("r.yaml", $"irc: {{ listen: '{Anywhere}' }}\nstatus: {{ enabled: false }}\n");
        await _run.StartAsync("up", "r.yaml");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _run.PortOf("irc"));
        var reader = new StreamReader(client.GetStream());
        await client.GetStream().WriteAsync("NICK ann\r\nUSER ann 0 * :Ann\r\nJOIN #x\r\n"u8.ToArray());
        while (await reader.ReadLineAsync() is { } line && !line.Contains(" 366 ", StringComparison.Ordinal))
        {
        }

        // the port that a listener of a moment ago was given: nobody else asks for it so soon
        int port = FreePort();
        _run.Write("r.yaml", $"irc: {{ listen: '{Anywhere}', web: 'tcp:127.0.0.1:{port}' }}\nstatus: {{ enabled: false }}\n");
        _run.Signals.HangUp();
        await _run.WaitForErrorAsync("live settings changed: web");
        Assert.Contains("<title>Chat</title>", await _http.GetStringAsync($"http://127.0.0.1:{port}/"), StringComparison.Ordinal);
        await client.GetStream().WriteAsync("PING here\r\n"u8.ToArray());
        Assert.EndsWith("PONG irc.ropewalk.test :here", await reader.ReadLineAsync(), StringComparison.Ordinal);

        _run.Write("r.yaml", $"irc: {{ listen: '{Anywhere}', web: 'tcp:127.0.0.1:{port}', web-hosts: chat.example.org }}\nstatus: {{ enabled: false }}\n");
        _run.Signals.HangUp();
        await _run.WaitForErrorAsync("live settings changed: web-hosts");
        using var named = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{port}/") { Headers = { Host = "chat.example.org" } };
        Assert.Equal(HttpStatusCode.OK, (await _http.SendAsync(named)).StatusCode);
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
    }

    [Fact]
    public async Task Forward_relays_with_half_close()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        await _run.StartAsync("forward", Anywhere, $"tcp:127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _run.PortOf("forward"));
        using TcpClient accepted = await server.AcceptTcpClientAsync();
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync("question"u8.ToArray());
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal("question", await new StreamReader(accepted.GetStream()).ReadToEndAsync());
        await accepted.GetStream().WriteAsync("answer"u8.ToArray());
        accepted.Close();
        Assert.Equal("answer", await new StreamReader(stream).ReadToEndAsync());
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
    }

    [Fact]
    public async Task A_second_interrupt_cuts_the_stop_short()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        await _run.StartAsync("forward", Anywhere, $"tcp:127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, _run.PortOf("forward"));
        using TcpClient accepted = await server.AcceptTcpClientAsync();
        _run.Signals.Interrupt();
        await _run.WaitForErrorAsync("1 connections to drain");
        _run.Signals.Interrupt();
        Assert.Equal(ExitCode.Aborted, await _run.WaitForExitAsync());
        await Assert.ThrowsAnyAsync<IOException>(() => client.GetStream().ReadAsync(new byte[1]).AsTask());
    }

    [Fact]
    public async Task A_changed_file_is_reloaded_and_a_wrong_one_changes_nothing()
    {
        _run.Write("site/a.txt", "a");
        _run.Write("r.yaml", $"web: {{ listen: '{Anywhere}', root: site, listing: true }}\nstatus: {{ enabled: false }}\n");
        await _run.StartAsync("up", "r.yaml");
        string web = $"http://127.0.0.1:{_run.PortOf("web")}/";
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(web)).StatusCode);

        _run.Write("r.yaml", $"web: {{ listen: '{Anywhere}', root: site, listing: false, lisitng: 1 }}\nstatus: {{ enabled: false }}\n");
        _run.Signals.HangUp();
        await _run.WaitForErrorAsync("r.yaml:1:63: 'web' has no key 'lisitng'; did you mean 'listing'?");
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync(web)).StatusCode);

        _run.Write("r.yaml", $"web: {{ listen: '{Anywhere}', root: site, listing: false }}\nstatus: {{ enabled: false }}\nlog: {{ format: json }}\n");
        _run.Signals.HangUp();
        await _run.WaitForErrorAsync("live settings changed: listing");
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync(web)).StatusCode);
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
        string last = _run.Error.TrimEnd().Split('\n')[^1];
        Assert.Equal("info", JsonDocument.Parse(last).RootElement.GetProperty("level").GetString());
    }

    [Fact]
    public async Task A_reload_that_is_asked_for_while_things_start_comes_after_the_start()
    {
        _run.Write("site/a.txt", "a");
        _run.Write("r.yaml", $"web: {{ listen: '{Anywhere}', root: site }}\nstatus: {{ enabled: false }}\nlog: {{ format: json }}\n");
        _run.Signals.Listening += _run.Signals.HangUp;
        await _run.StartAsync("up", "r.yaml");
        await _run.WaitForErrorAsync("SIGHUP");
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
    }

    [Fact]
    public async Task A_reload_that_cannot_bind_leaves_log_and_limits_as_they_were()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        _run.Write("site/a.txt", "a");
        _run.Write("r.yaml", $"web: {{ listen: '{Anywhere}', root: site }}\nstatus: {{ enabled: false }}\n");
        await _run.StartAsync("up", "r.yaml");
        string web = $"http://127.0.0.1:{_run.PortOf("web")}/a.txt";

        _run.Write("r.yaml", $"""
            web: [ listen: ['{Anywhere}', '{taken.LocalEndpoint}'], root: site ]
            status: [ enabled: false ]
            log: [ format: json ]
            limits: [ deny: 127.0.0.1 ]
            """.Replace("[ ", "{ ", StringComparison.Ordinal).Replace(" ]", " }", StringComparison.Ordinal));
        _run.Signals.HangUp();
        await _run.WaitForErrorAsync("in use");
        using var fresh = new HttpClient();
        Assert.Equal("a", await fresh.GetStringAsync(web));
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
        Assert.DoesNotContain("{\"time\"", _run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paths_inside_a_files_endpoint_strings_start_at_the_file()
    {
        _run.Write("etc/r.yaml", """forward: { listen: ["unix:near", 'proxy:trust=unix:then=unix\:behind'], to: "unix:far" }""" + "\nstatus: { enabled: false }\n");
        await _run.StartAsync("up", "etc/r.yaml");
        Assert.True(File.Exists(Path.Combine(_run.Folder, "etc", "near")));
        Assert.True(File.Exists(Path.Combine(_run.Folder, "etc", "behind")));
        Assert.Contains($"→ unix:{_run.Folder}/etc/far", _run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, await _run.StopAsync());

        _run.Write("etc/tls.yaml", "web: { listen: 'tls:127.0.0.1:0:cert=missing.pem' }\nstatus: { enabled: false }\n");
        using var second = new CommandRun();
        Assert.Equal(ExitCode.Failed, await second.RunAsync("up", Path.Combine(_run.Folder, "etc", "tls.yaml")));
        Assert.Contains($"{_run.Folder}/etc/missing.pem: no such file", second.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("limits: { deny: 127.0.0.0/8 }")]
    [InlineData("limits: { allow: 192.0.2.0/24 }")]
    public async Task Who_may_not_connect_is_refused_and_a_reload_lets_them_in(string limits)
    {
        _run.Write("site/a.txt", "a");
        string file = $"web: {{ listen: '{Anywhere}', root: site }}\nstatus: {{ enabled: false }}\n";
        _run.Write("r.yaml", file + limits);
        await _run.StartAsync("up", "r.yaml");
        string web = $"http://127.0.0.1:{_run.PortOf("web")}/a.txt";
        await AssertRefusedAsync(_http, web);

        _run.Write("r.yaml", file + "log: { format: json }\n");
        _run.Signals.HangUp();
        await _run.WaitForErrorAsync("Configuration in force");
        _run.Signals.HangUp();
        await _run.WaitForErrorAsync("{\"time\"");
        Assert.Equal("a", await _http.GetStringAsync(web));
    }

    [Theory]
    [InlineData("connections")]
    [InlineData("per-address")]
    public async Task More_connections_than_allowed_are_refused(string limit)
    {
        _run.Write("site/a.txt", "a");
        _run.Write("r.yaml", $"web: {{ listen: '{Anywhere}', root: site }}\nstatus: {{ enabled: false }}\nlimits: {{ {limit}: 1 }}\n");
        await _run.StartAsync("up", "r.yaml");
        // kept alive, and so still there
        Assert.Equal("a", await _http.GetStringAsync($"http://127.0.0.1:{_run.PortOf("web")}/a.txt"));
        using var second = new HttpClient();
        await AssertRefusedAsync(second, $"http://127.0.0.1:{_run.PortOf("web")}/a.txt");
    }

    [Fact]
    public async Task A_memory_budget_that_a_reload_lowers_cuts_who_holds_more_on_an_open_connection()
    {
        _run.Write("site/big", "");
        using (FileStream big = File.OpenWrite(Path.Combine(_run.Folder, "site", "big")))
        {
            // far more than the system's own buffers take: some of it is held, within the default
            big.SetLength(64 << 20);
        }

        string file = $"web: {{ listen: '{Anywhere}', root: site }}\nstatus: {{ enabled: false }}\nlog: {{ level: debug }}\n";
        _run.Write("r.yaml", file);
        await _run.StartAsync("up", "r.yaml");
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(IPAddress.Loopback, _run.PortOf("web"));
        await client.GetStream().WriteAsync("GET /big HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        await client.GetStream().ReadExactlyAsync(new byte[1]);

        _run.Write("r.yaml", file + "limits: { connection-input: 4KiB, connection-output: 4KiB }\n");
        _run.Signals.HangUp();
        await _run.WaitForErrorAsync("over 4096");
        await Assert.ThrowsAnyAsync<IOException>(() => client.GetStream().CopyToAsync(Stream.Null));
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
    }

    [Fact]
    public async Task Logs_are_json_when_asked_from_the_first_line_on()
    {
        _run.Write("site/a.txt", "a");
        await _run.StartAsync("web", "site", "--listen", Anywhere, "--log", "json", "--log-level", "debug");
        await _http.GetStringAsync($"http://127.0.0.1:{_run.PortOf("web")}/a.txt");
        await _run.WaitForErrorAsync("GET /a.txt");
        await _run.StopAsync();
        foreach (string line in _run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument json = JsonDocument.Parse(line);
            Assert.True(json.RootElement.TryGetProperty("message", out _));
        }
    }

    [Fact]
    public async Task A_port_in_use_is_one_clear_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Assert.Equal(ExitCode.Failed, await _run.RunAsync("forward", $"tcp:127.0.0.1:{port}", "tcp:127.0.0.1:9"));
        Assert.Contains($"tcp:127.0.0.1:{port}", Assert.Single(Lines(_run.Error)), StringComparison.Ordinal);
        Assert.Contains("in use", _run.Error, StringComparison.Ordinal);
        Assert.Equal("", _run.Output);
    }

    [Theory]
    [InlineData("web missing", ExitCode.Usage, "FOLDER: there is no folder '")]
    [InlineData("web a-file", ExitCode.Usage, "is a file, not a folder")]
    [InlineData("up missing.yaml", ExitCode.Configuration, "missing.yaml: there is no such file")]
    [InlineData("up empty.yaml", ExitCode.Configuration, "there is no service in it")]
    [InlineData("up wrong.yaml", ExitCode.Configuration, "wrong.yaml:1:14: there is no folder '")]
    [InlineData("web --listen udp:127.0.0.1:1", ExitCode.Failed, "udp:127.0.0.1:1")]
    [InlineData("web --listen unix:missing/x", ExitCode.Failed, "Cannot listen on unix:missing/x: there is no such folder.")]
    [InlineData("forward tcp:127.0.0.1:0 udp:1", ExitCode.Usage, "TO: 'udp:1' cannot be connected to: udp: only listens")]
    [InlineData("web --status tcp:0.0.0.0:0", ExitCode.Usage, "--status: the status page has no password")]
    public async Task What_is_missing_or_wrong_is_one_clear_line(string line, int code, string expected)
    {
        _run.Write("a-file", "");
        _run.Write("empty.yaml", "");
        _run.Write("wrong.yaml", "web: { root: missing }\nstatus: { enabled: false }\n");
        Assert.Equal(code, await _run.RunAsync(line.Split(' ')));
        Assert.Contains(expected, Assert.Single(Lines(_run.Error)), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _run.Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _http.Dispose();
        _run.Dispose();
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task AssertRefusedAsync(HttpClient http, string address)
    {
        // a reset that comes while .NET still sets its socket up is told without a wrapper
        Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => http.GetStringAsync(address));
        Assert.True(refused is HttpRequestException or System.Net.Sockets.SocketException, refused.ToString());
    }
}
