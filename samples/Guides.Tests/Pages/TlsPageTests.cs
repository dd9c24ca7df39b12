namespace Guides.Tests.Pages;

/// <summary>What docs/tls.md shows.</summary>
public sealed class TlsPageTests
{
    [Fact]
    public async Task ACompleteExample()
    {
        await using var program = RunningProgram.Start("Recipes", "hello-tls", "tls:127.0.0.1:0:dev");
        string at = await program.WaitForAsync("listening on (.*);");
        await using Caller caller = await Caller.CallAsync($"tls:{at}:name=localhost:trust={program.Certificate}");
        Assert.Equal("hello over TLS", await caller.HearAsync());
        await caller.DisposeAsync();
        await program.StopAsync();
    }
}
