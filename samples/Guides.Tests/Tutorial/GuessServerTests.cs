using Guess;
using Ropewalk.Sessions;
using Ropewalk.Testing;

namespace Guides.Tests.Tutorial;

/// <summary>The server whole, over a connection in memory. The transcript is the client; its <c>wait</c> moves the clock.</summary>
public sealed class GuessServerTests
{
    private const string Won = """
        S: I have a number from 1 to 100 in mind. Guess!
        C: 50
        S: Lower.
        wait 29s
        C: 42
        S: Right, after 2! The best so far needed 2.
        end S
        """;

    private const string Slow = """
        S: I have a number from 1 to 100 in mind. Guess!
        wait 30s
        S: Too slow. Bye.
        end S
        """;

    private const string Stopped = """
        S: I have a number from 1 to 100 in mind. Guess!
        stop
        S: The server stops. Bye.
        end S
        """;

    [Theory]
    [InlineData(Won, Delivery.Whole)]
    [InlineData(Won, Delivery.PerByte)]
    [InlineData(Slow, Delivery.Whole)]
    [InlineData(Stopped, Delivery.Whole)]
    public async Task AGameIsPlayed(string transcript, Delivery delivery)
    {
        var time = new VirtualTime();
        var games = new GuessHandler(pickNumber: () => 42, new SessionOptions { TimeProvider = time });
        await Transcript.Parse(transcript).PlayClientAsync(games.OnConnectedAsync, delivery, new TranscriptOptions { Time = time });
    }
}
