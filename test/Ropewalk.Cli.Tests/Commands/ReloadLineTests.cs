using Ropewalk.Cli.Commands;

namespace Ropewalk.Cli.Tests.Commands;

/// <summary>What the log says of a reload.</summary>
public sealed class ReloadLineTests
{
    // Each setting says when it is felt: the line does not say it again, and not of all what is true of some.
    [Fact]
    public async Task What_new_connections_feel_is_said_once()
    {
        const string Head = "status: { enabled: false }\nforward:\n  listen: 'tcp:127.0.0.1:0'\n  to: 'tcp:127.0.0.1:9'\n";
        using var run = new CommandRun();
        run.Write("r.yaml", Head);
        await run.StartAsync("up", "r.yaml");
        run.Write("r.yaml", Head + "  idle-timeout: 7s\n");
        run.Signals.HangUp();
        await run.WaitForErrorAsync("Configuration in force: forward: changed: idle-timeout (new connections)\n");
        Assert.Equal(ExitCode.Done, await run.StopAsync());
    }
}
