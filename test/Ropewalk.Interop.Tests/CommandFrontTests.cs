namespace Ropewalk.Interop.Tests;

/// <summary>The built command behind haproxy and systemd-socket-activate.</summary>
public sealed class CommandFrontTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_access_log_shows_the_client_behind_haproxy()
    {
        var socat = ExternalProgram.Find("socat");
        string back = _folder.PathOf("back"), front = _folder.PathOf("front");
        await using RopewalkProgram web = await RopewalkProgram.StartAsync("web", _folder.Site, "--listen", $@"proxy:trust=unix:then=unix\:{back}");
        await using RunningProgram haproxy = StartHaproxy(front, back);

        // haproxy tells of the address that it was itself told of
        Assert.EndsWith("0123456789abcdef", await AskAsync(socat, front, "192.0.2.77"), StringComparison.Ordinal);

        await web.WaitForErrorAsync("192.0.2.77 - - [");
        Assert.Equal(0, await web.StopAsync());
    }

    [Fact]
    public async Task Forward_tells_a_proxy_target_who_the_client_is()
    {
        var socat = ExternalProgram.Find("socat");
        string middle = _folder.PathOf("middle"), back = _folder.PathOf("back");
        await using RopewalkProgram web = await RopewalkProgram.StartAsync("web", _folder.Site, "--listen", $@"proxy:trust=unix:then=unix\:{back}");
        await using RopewalkProgram forward = await RopewalkProgram.StartAsync("forward", $@"proxy:trust=unix:then=unix\:{middle}", $@"proxy:then=unix\:{back}");

        Assert.EndsWith("0123456789abcdef", await AskAsync(socat, middle, "192.0.2.78"), StringComparison.Ordinal);

        await web.WaitForErrorAsync("192.0.2.78 - - [");
    }

    [Fact]
    public async Task A_peer_without_a_header_is_refused()
    {
        var curl = ExternalProgram.Find("curl");
        string back = _folder.PathOf("back");
        await using RopewalkProgram web = await RopewalkProgram.StartAsync("web", _folder.Site, "--listen", $@"proxy:trust=unix:then=unix\:{back}");
        Assert.NotEqual(0, (await curl.RunAsync(["-sS", "--unix-socket", back, "http://site/verse.txt"])).ExitCode);
        Assert.Equal(0, await web.StopAsync());
    }

    [Fact]
    public async Task A_socket_of_the_service_manager_is_served()
    {
        var curl = ExternalProgram.Find("curl");
        var activate = ExternalProgram.Find("systemd-socket-activate", "systemd");
        string socket = _folder.PathOf("socket");
        await using RopewalkProgram web = RopewalkProgram.Follow(
            activate.Start(["-l", socket, "--fdname=web", .. RopewalkProgram.Command, "web", _folder.Site, "--listen", "systemd:web"]));
        await web.WaitForErrorAsync("Listening on");
        Task up = web.WaitUntilUpAsync();
        Assert.Equal("0123456789abcdef", (await curl.RunAsync(["-sS", "--unix-socket", socket, "http://site/verse.txt"])).Expect().Output);
        await up;
        Assert.Equal(0, await web.StopAsync());
    }

    [Fact]
    public async Task Without_a_service_manager_the_error_says_so()
    {
        ProgramResult result = (await RopewalkProgram.RunAsync("web", _folder.Site, "--listen", "systemd:web")).Expect(1);
        Assert.Contains("was not started by socket activation", result.Errors, StringComparison.Ordinal);
        Assert.Single(result.Errors.TrimEnd().Split('\n'));
    }

    private RunningProgram StartHaproxy(string front, string back)
    {
        string configuration = _folder.Write("haproxy.cfg", $"""
            defaults
                mode tcp
                timeout connect 5s
                timeout client 20s
                timeout server 20s
            listen relay
                bind unix@{front} accept-proxy
                server back unix@{back} send-proxy-v2

            """);
        return ExternalProgram.Find("haproxy").Start(["-db", "-f", configuration]);
    }

    /// <summary>Asks for a file behind a header of version 1, again while nobody listens yet.</summary>
    private static async Task<string> AskAsync(ExternalProgram socat, string at, string client)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            ProgramResult result = await socat.RunAsync(
                ["-t", "10", "-", $"UNIX-CONNECT:{at}"],
                $"PROXY TCP4 {client} 192.0.2.1 4711 80\r\nGET /verse.txt HTTP/1.1\r\nHost: site\r\nConnection: close\r\n\r\n");
            if (result.ExitCode == 0 || late.IsCancellationRequested)
            {
                return result.Expect().Output;
            }
        }
    }
}
