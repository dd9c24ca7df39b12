namespace Ropewalk.Interop.Tests.Dns;

/// <summary>The server on sockets that its parent has bound, as a supervisor does for a port below 1024.</summary>
public sealed class DnsInheritedSocketTests : IDisposable
{
    // Binds UDP and TCP on one port, puts them where sd_listen_fds(3) has them, and becomes the server.
    private const string Parent = """
        import os, socket, sys
        tcp = socket.socket(); tcp.bind(('127.0.0.1', 0)); tcp.listen(16)
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); udp.bind(tcp.getsockname())
        print('bound to 127.0.0.1:%d' % tcp.getsockname()[1], flush=True)
        os.dup2(udp.fileno(), 100); os.dup2(tcp.fileno(), 101)
        os.dup2(100, 3); os.dup2(101, 4)
        os.closerange(5, 200)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='2', LISTEN_FDNAMES='dns:dns')
        os.execvp(sys.argv[1], sys.argv[1:])
        """;

    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("fd:3", "fd:4")]
    [InlineData("systemd:dns")]
    [InlineData("systemd:0", "systemd:1")]
    public async Task Udp_and_tcp_are_served_on_sockets_that_were_handed_over(params string[] endpoints)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "descriptors are handed over on Linux");
        var python = ExternalProgram.Find("/usr/bin/python3", "python3");
        var dig = ExternalProgram.Find("dig", "bind9-dnsutils");
        string zone = _folder.Write("zones/" + SampleNames.Zone + ".zone", SampleNames.Version(1));
        await using RopewalkProgram server = RopewalkProgram.Follow(python.Start(
            ["-c", Parent, .. RopewalkProgram.Command, "dns", "serve", $"{SampleNames.Zone}={zone}", .. endpoints.SelectMany(endpoint => new[] { "--listen", endpoint })]));
        await server.WaitUntilUpAsync();
        string port = $"{server.Port()}";
        string[] question = ["@127.0.0.1", "-p", port, SampleNames.Zone, "SOA", "+short", "+tries=1"];
        string byDatagram = (await dig.RunAsync([.. question, "+notcp"])).Expect().Output;
        Assert.Equal(byDatagram, (await dig.RunAsync([.. question, "+tcp"])).Expect().Output);
        Assert.Contains(" 1 3600 ", byDatagram, StringComparison.Ordinal);

        // A reload looks at the descriptors again, which are open and in use now, and leaves them where they are.
        server.Send(RopewalkProgram.Signals.HangUp);
        await server.WaitForErrorAsync("Configuration in force");
        Assert.Equal(byDatagram, (await dig.RunAsync([.. question, "+notcp"])).Expect().Output);
        Assert.Equal(byDatagram, (await dig.RunAsync([.. question, "+tcp"])).Expect().Output);
        Assert.Equal(0, await server.StopAsync());
    }
}
