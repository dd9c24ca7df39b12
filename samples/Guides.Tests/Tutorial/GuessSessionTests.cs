using Guess.Session;
using Ropewalk.Testing;
using Ropewalk.Transports;

namespace Guides.Tests.Tutorial;

/// <summary>The rules of the game: one session, driven by hand. There is no socket, no task and no waiting here.</summary>
public sealed class GuessSessionTests
{
    private readonly DrivenSession<GuessSession, GuessWon> _game = new(
        new GuessSession(number: 42),
        (session, won, output, _) => session.Congratulate(fewestGuesses: 1, output));

    public GuessSessionTests()
    {
        _game.Begin();
        Assert.Equal("I have a number from 1 to 100 in mind. Guess!\r\n", _game.TakeText());
    }

    [Theory]
    [InlineData("41\r\n", "Higher.\r\n")]
    [InlineData("43\n", "Lower.\r\n")]
    [InlineData("fish\n", "That is no number.\r\n")]
    [InlineData("50\n40\n42\n", "Lower.\r\nHigher.\r\nRight, after 3! The best so far needed 1.\r\n")]
    public void AGuessIsAnswered(string guesses, string answers)
    {
        _game.ReceivePerByte(guesses);
        Assert.Equal(answers, _game.TakeText());
    }

    [Fact]
    public void EachGuessHasThirtySeconds()
    {
        _game.Advance(TimeSpan.FromSeconds(29));
        _game.Receive("1\n");
        _game.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("Higher.\r\n", _game.TakeText());

        _game.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Too slow. Bye.\r\n", _game.TakeText());
        Assert.Equal(ConnectionEndReason.TimedOut, _game.Status.End.Reason);
    }

    [Fact]
    public void TwentyGuessesAreEnough()
    {
        for (int i = 0; i < 20; i++)
        {
            _game.Receive("1\n");
        }

        Assert.EndsWith("Higher.\r\nEnough. Bye.\r\n", _game.TakeText());
        Assert.Equal(ConnectionEndReason.LimitExceeded, _game.Status.End.Reason);
    }
}
