using Ropewalk.Testing;

namespace Guides.Tests.Pages;

/// <summary>The client against a store that works, and against one that doesn't.</summary>
public sealed class StoreClientTests
{
    [Fact]
    public async Task AsksTheStore()
    {
        await using var server = await InProcessServer.StartAsync(p => p.UseLines(Answer));
        Assert.Equal("7", await Client(server).GetAsync("apples"));
        Assert.Null(await Client(server).GetAsync("pears"));
        Assert.Equal(["GET apples", "GET pears"], server.Commands.Select(command => command.Text));
    }

    [Fact]
    public async Task TriesALostConnectionOnceMore()
    {
        await using var server = await InProcessServer.StartAsync(p => p.UseLines(Answer));
        using InjectedFault fault = server.Inject(CommandFault.Reset, command => command.Text == "GET apples", times: 1);
        Assert.Equal("7", await Client(server).GetAsync("apples"));
        Assert.Equal(2, server.Connections.Count);
    }

    [Fact]
    public async Task HalfAnAnswerIsNone()
    {
        await using var server = await InProcessServer.StartAsync(p => p.UseLines(Answer));
        using InjectedFault fault = server.Inject(CommandFault.CutAnswer(afterBytes: 7));
        await Assert.ThrowsAsync<IOException>(() => Client(server).GetAsync("apples"));
        Assert.Equal(2, fault.Hits);
    }

    [Fact]
    public async Task WaitsFiveSecondsAndNoLonger()
    {
        await using var server = await InProcessServer.StartAsync(p => p.UseLines(Answer));
        using (server.Inject(CommandFault.AnswerLate(TimeSpan.FromSeconds(4.9))))
        {
            Task<string?> answer = Client(server).GetAsync("apples");
            await server.ReceivedAsync(1);
            await server.AdvanceAsync(TimeSpan.FromSeconds(5));
            Assert.Equal("7", await answer);
        }

        using (server.Inject(CommandFault.Stall))
        {
            Task<string?> answer = Client(server).GetAsync("apples");
            await server.ReceivedAsync(2);
            await server.AdvanceAsync(TimeSpan.FromSeconds(5));
            await Assert.ThrowsAsync<TimeoutException>(() => answer);
        }
    }

    [Theory]
    [InlineData(Delivery.Whole)]
    [InlineData(Delivery.PerLine)]
    [InlineData(Delivery.PerByte)]
    public async Task UnderstandsAnAnswerInAnyPieces(Delivery delivery)
    {
        string? value = null;
        var time = new VirtualTime();
        await Transcript.Parse("""
            C: GET äpfel
            wait 4s
            S: VALUE \xC3\xA4 7
            end C
            """).PlayServerAsync(
            async connection => value = await new StoreClient(() => new(connection), time).GetAsync("äpfel"),
            delivery,
            new TranscriptOptions { Time = time });
        Assert.Equal("ä 7", value);
    }

    private static StoreClient Client(InProcessServer server) => new(async () => await server.ConnectAsync(), server.Time);

    private static string Answer(string line) => line == "GET apples" ? "VALUE 7" : "NONE";
}
