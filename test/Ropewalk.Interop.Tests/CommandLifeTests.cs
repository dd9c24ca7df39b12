using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Signals = Ropewalk.Interop.Tests.RopewalkProgram.Signals;

namespace Ropewalk.Interop.Tests;

/// <summary>The built command's own life: start, status, reload, signals, and what it says to what is wrong.</summary>
public sealed class CommandLifeTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Up_shows_its_status_reloads_and_stops()
    {
        var curl = ExternalProgram.Find("curl");
        string file = _folder.Write("r.yaml", Configuration(listing: true));
        await using RopewalkProgram up = await RopewalkProgram.StartAsync("up", file);
        string web = $"http://127.0.0.1:{up.Port()}/files/", status = $"http://127.0.0.1:{up.Port(1)}/";
        Assert.Equal("200", await CodeAsync(curl, web));
        using JsonDocument json = JsonDocument.Parse((await curl.RunAsync(["-s", "--noproxy", "*", status + "status.json"])).Expect().Output);
        Assert.Equal("web", json.RootElement.GetProperty("services")[0].GetProperty("name").GetString());
        Assert.Contains("# TYPE ropewalk_", (await curl.RunAsync(["-s", "--noproxy", "*", status + "metrics"])).Expect().Output, StringComparison.Ordinal);

        File.WriteAllText(file, Configuration(listing: false) + "nonsense: 1\n");
        up.Send(Signals.HangUp);
        await up.WaitForErrorAsync("there is no section 'nonsense'");
        Assert.Equal("200", await CodeAsync(curl, web));

        File.WriteAllText(file, Configuration(listing: false));
        up.Send(Signals.HangUp);
        await up.WaitForErrorAsync("live settings changed: listing");
        Assert.Equal("404", await CodeAsync(curl, web));
        Assert.Equal(0, await up.StopAsync(Signals.Interrupt));
    }

    [Fact]
    public async Task A_configuration_that_is_a_pipe_is_read_once()
    {
        var bash = ExternalProgram.Find("bash", isPeer: false);
        // a pipe has no folder that paths could start at
        string file = _folder.Write("r.yaml", Configuration(listing: true).Replace("root: site", $"root: '{_folder.Site}'", StringComparison.Ordinal));
        // exec: what is stopped below is the command itself
        await using RunningProgram up = bash.Start(["-c", "exec \"${@:2}\" up <(cat $1)", "-", file, .. RopewalkProgram.Command]);
        await up.ReadLineWithAsync("Ctrl-C stops.");
        RopewalkProgram.Send(up.Id, Signals.Terminate);
        Assert.Equal(0, await up.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData(Signals.Interrupt)]
    [InlineData(Signals.Terminate)]
    public async Task A_signal_stops_it_at_once_when_nobody_is_connected(int signal)
    {
        await using RopewalkProgram web = await RopewalkProgram.StartAsync("web", _folder.Site, "--listen", "tcp:127.0.0.1:0");
        long began = Stopwatch.GetTimestamp();
        Assert.Equal(0, await web.StopAsync(signal));
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_command_that_waits_for_a_file_ends_at_the_first_signal()
    {
        var bash = ExternalProgram.Find("bash", isPeer: false);
        string pipe = _folder.PathOf("pipe");
        // opening the pipe for writing succeeds when the command has opened it for reading; it stays open, so the command waits
        await using RunningProgram shell = bash.Start(["-c", "mkfifo $1; \"${@:2}\" check $1 & exec 3>$1; kill -TERM $!; wait $!; echo $?", "-", pipe, .. RopewalkProgram.Command]);
        Assert.Equal("143", await shell.Output.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData("--version")]
    [InlineData("config")]
    [InlineData("--help")]
    public async Task A_full_disk_under_standard_output_is_one_line(string command)
    {
        var bash = ExternalProgram.Find("bash", isPeer: false);
        ProgramResult result = (await bash.RunAsync(["-c", "\"$@\" >/dev/full", "-", .. RopewalkProgram.Command, command])).Expect(1);
        Assert.Equal("error: cannot write to standard output: No space left on device\n", result.Errors);
    }

    [Fact]
    public async Task Servers_run_on_when_neither_output_takes_anything()
    {
        var bash = ExternalProgram.Find("bash", isPeer: false);
        var curl = ExternalProgram.Find("curl");
        string socket = _folder.PathOf("socket");
        await using RunningProgram shell = bash.Start(
            ["-c", "exec \"$@\" >/dev/full 2>/dev/full", "-", .. RopewalkProgram.Command, "web", _folder.Site, "--listen", $"unix:{socket}"]);
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        string[] ask = ["-s", "--unix-socket", socket, "http://site/verse.txt"];
        while ((await curl.RunAsync(ask)).Output != "0123456789abcdef")
        {
            late.Token.ThrowIfCancellationRequested();
        }

        // the access log's line of the first went nowhere, and that harmed nobody
        Assert.Equal("0123456789abcdef", (await curl.RunAsync(ask)).Expect().Output);
    }

    [Theory]
    [InlineData("<&- >&-")]
    [InlineData("<&- >&- 2>&-")]
    [InlineData(">&-")]
    public async Task Servers_run_and_stop_without_standard_streams(string closed)
    {
        var bash = ExternalProgram.Find("bash", isPeer: false);
        var curl = ExternalProgram.Find("curl");
        string socket = _folder.PathOf("socket");
        string site = Directory.CreateDirectory(_folder.PathOf("two words, ü")).FullName;
        File.WriteAllText(Path.Combine(site, "a.txt"), "a");
        await using RunningProgram web = bash.Start(
            ["-c", $"exec \"$@\" {closed}", "-", .. RopewalkProgram.Command, "web", site, "--listen", $"unix:{socket}"]);
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        string[] ask = ["-s", "--unix-socket", socket, "http://site/a.txt"];
        while ((await curl.RunAsync(ask)).Output != "a")
        {
            late.Token.ThrowIfCancellationRequested();
        }

        // nothing of the runtime's has their numbers: it would not see the end of its own pipe, and the stop would wait a second for that
        Assert.All(closed.Split(' '), one => Assert.Equal("/dev/null", new FileInfo($"/proc/{web.Id}/fd/{(one[0] == '<' ? 0 : one[0] == '>' ? 1 : 2)}").LinkTarget));
        RopewalkProgram.Follow(web).Send(Signals.Terminate);
        Assert.Equal(0, await web.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task A_result_for_a_closed_output_is_one_line()
    {
        var bash = ExternalProgram.Find("bash", isPeer: false);
        ProgramResult result = (await bash.RunAsync(["-c", "exec \"$@\" <&- >&-", "-", .. RopewalkProgram.Command, "config"])).Expect(1);
        Assert.Equal("error: cannot write to standard output: Bad file descriptor\n", result.Errors);
    }

    [Fact]
    public async Task A_folder_that_is_gone_is_one_line()
    {
        var bash = ExternalProgram.Find("bash", isPeer: false);
        string gone = _folder.PathOf("gone");
        ProgramResult result = (await bash.RunAsync(["-c", "mkdir $1; cd $1; rmdir $1; exec \"${@:2}\" config", "-", gone, .. RopewalkProgram.Command])).Expect(1);
        Assert.Equal("error: the working folder is gone or cannot be read; cd to another one\n", result.Errors);
    }

    [Fact]
    public async Task Standard_output_that_is_a_connection_holds_nothing_else()
    {
        _folder.Write("site/marked.txt", "marked~");
        ProgramResult result = (await RunWithInputAsync("GET /marked.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "web", _folder.Site, "--listen", "stdio:")).Expect();
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", result.Output, StringComparison.Ordinal);
        Assert.EndsWith("marked~", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_with_the_one_connection_that_it_can_have()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string target = $"tcp:127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        Task<ProgramResult> run = RunWithInputAsync("a question", "forward", "stdio:", target);
        using TcpClient peer = await listener.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(20));
        using var stream = new StreamReader(peer.GetStream());
        Assert.Equal("a question", await stream.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20)));
        await peer.GetStream().WriteAsync("an answer"u8.ToArray());
        Assert.False(run.IsCompleted);
        peer.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal("an answer", (await run).Expect().Output);
    }

    [Fact]
    public async Task It_goes_on_after_its_one_connection_where_others_may_come()
    {
        var curl = ExternalProgram.Find("curl");
        string socket = _folder.PathOf("beside");
        await using RunningProgram web = ExternalProgram.Find(RopewalkProgram.Command[0], isPeer: false)
            .Start([RopewalkProgram.Command[1], "web", _folder.Site, "--listen", "stdio:", "--listen", $"unix:{socket}"]);
        await web.Input.WriteAsync("GET /verse.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        web.Input.Close();
        await web.ReadLineWithAsync("200 OK");
        string[] ask = ["-s", "--unix-socket", socket, "http://site/verse.txt"];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("0123456789abcdef", (await curl.RunAsync(ask)).Expect().Output);
        }
    }

    private static Task<ProgramResult> RunWithInputAsync(string input, params string[] arguments) =>
        ExternalProgram.Find(RopewalkProgram.Command[0], isPeer: false).RunAsync([RopewalkProgram.Command[1], .. arguments], input);

    private static async Task<string> CodeAsync(ExternalProgram curl, string at) =>
        (await curl.RunAsync(["-s", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}", at])).Expect().Output;

    private string Configuration(bool listing) => $"""
        web: [ listen: "tcp:127.0.0.1:0", root: site, listing: {(listing ? "true" : "false")} ]
        status: [ listen: "tcp:127.0.0.1:0" ]

        """.Replace('[', '{').Replace(']', '}');
}
