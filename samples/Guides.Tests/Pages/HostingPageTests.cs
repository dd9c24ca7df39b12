namespace Guides.Tests.Pages;

/// <summary>What docs/hosting.md shows. CI runs the rest of it, with its clock: eng/check-samples.sh.</summary>
public sealed class HostingPageTests
{
    [Fact]
    public async Task TheWholeProgram()
    {
        await using var program = RunningProgram.Start("HostedServices", "--web", "tcp:127.0.0.1:0", "--echo", "tcp:127.0.0.1:0", "--clock", "udp:127.0.0.1:0");
        string echo = await program.WaitForAsync(@"Listening on tcp:127.0.0.1:0, bound to (127.*)");
        string web = await program.WaitForAsync("Now listening on: (.*)");
        await program.WaitForAsync("Application started");
        using var http = new HttpClient();
        Assert.Contains("clock: 127.0.0.1:", await http.GetStringAsync(web));
        await using Caller caller = await Caller.CallAsync("tcp:" + echo);
        Assert.Equal("hello", await caller.AskAsync("hello"));
        Task stopped = program.TerminateAsync();
        Assert.Equal("goodbye", await caller.HearAsync());
        await caller.DisposeAsync();
        await stopped;
    }
}
