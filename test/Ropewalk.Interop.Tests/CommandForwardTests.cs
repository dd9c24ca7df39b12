using System.Globalization;

namespace Ropewalk.Interop.Tests;

/// <summary><c>ropewalk forward</c>, as it is built, with socat and openssl at its ends.</summary>
public sealed class CommandForwardTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_clients_end_of_output_comes_through_and_the_answer_comes_back()
    {
        var socat = ExternalProgram.Find("socat");
        string far = _folder.PathOf("far");
        // sort answers only when its input has ended
        await using RunningProgram server = socat.Start(["-d", "-d", $"UNIX-LISTEN:{far}", "SYSTEM:sort,pipes"]);
        await ReadUntilAsync(server.Errors, "listening on");
        await using RopewalkProgram forward = await RopewalkProgram.StartAsync("forward", "tcp:127.0.0.1:0", $"unix:{far}");
        ProgramResult result = await socat.RunAsync(["-t", "10", "-", $"TCP:127.0.0.1:{forward.Port()}"], "b\na\n");
        Assert.Equal("a\nb\n", result.Expect().Output);
        Assert.Equal(0, await forward.StopAsync());
    }

    [Fact]
    public async Task The_servers_end_of_output_comes_through_and_the_client_goes_on()
    {
        var socat = ExternalProgram.Find("socat");
        string far = _folder.PathOf("far");
        await using RunningProgram server = socat.Start(["-d", "-d", "-t", "10", $"UNIX-LISTEN:{far}", "-"]);
        await ReadUntilAsync(server.Errors, "listening on");
        await using RopewalkProgram forward = await RopewalkProgram.StartAsync("forward", "tcp:127.0.0.1:0", $"unix:{far}");
        await using RunningProgram client = socat.Start(["-d", "-d", "-t", "10", "-", $"TCP:127.0.0.1:{forward.Port()}"]);
        await server.Input.WriteLineAsync("hello");
        server.Input.Close();
        Assert.Equal("hello", await client.Output.ReadLineAsync());
        await ReadUntilAsync(client.Errors, "is at EOF");

        await client.FinishAsync("still here\n", TimeSpan.FromSeconds(20));
        Assert.Equal("still here", await server.Output.ReadLineAsync());
    }

    [Fact]
    public async Task Tls_is_put_on_and_taken_off()
    {
        var openssl = ExternalProgram.Find("openssl");
        var socat = ExternalProgram.Find("socat");
        await using RunningProgram far = openssl.Start(["s_server", "-accept", "127.0.0.1:0", "-cert", _folder.Certificate, "-key", _folder.Certificate, "-rev"]);
        string line = await far.ReadLineWithAsync("ACCEPT");
        string port = line[(line.LastIndexOf(':') + 1)..].Trim();
        string middle = _folder.PathOf("middle");
        await using RopewalkProgram off = await RopewalkProgram.StartAsync("forward", $"unix:{middle}", $"tls:127.0.0.1:{port}:name=localhost:trust={_folder.Certificate}");
        await using RopewalkProgram on = await RopewalkProgram.StartAsync("forward", $"tls:127.0.0.1:0:cert={_folder.Certificate}", $"unix:{middle}");

        string[] connect = ["s_client", "-connect", $"127.0.0.1:{on.Port().ToString(CultureInfo.InvariantCulture)}", "-CAfile", _folder.Certificate, "-verify_return_error", "-quiet"];
        await using RunningProgram client = openssl.Start([.. connect]);
        await client.Input.WriteLineAsync("hello");
        Assert.Contains("olleh", await client.ReadLineWithAsync("olleh"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_target_is_told_and_the_client_is_let_go()
    {
        var socat = ExternalProgram.Find("socat");
        await using RopewalkProgram forward = await RopewalkProgram.StartAsync("forward", "tcp:127.0.0.1:0", $"unix:{_folder.PathOf("nobody")}");
        ProgramResult client = await socat.RunAsync(["-t", "10", "-", $"TCP:127.0.0.1:{forward.Port()}"], "hello\n");
        Assert.Equal("", client.Output);
        await forward.WaitForErrorAsync("cannot be relayed: Cannot connect to unix:");
        Assert.DoesNotContain("   at ", forward.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await forward.StopAsync());
    }

    private static async Task ReadUntilAsync(StreamReader reader, string text)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await reader.ReadLineAsync(late.Token) is { } line && !line.Contains(text, StringComparison.Ordinal))
        {
            // it says what it does
        }
    }
}
