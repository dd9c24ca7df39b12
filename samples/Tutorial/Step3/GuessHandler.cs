using Guess.Session;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Sessions;

namespace Guess;

/// <summary>Serves games, and knows the fewest guesses that any of them took.</summary>
/// <param name="pickNumber">Picks the number of each game.</param>
/// <param name="options">The clock of the sessions' deadlines, and bounds; null for the defaults.</param>
public sealed class GuessHandler(Func<int> pickNumber, SessionOptions? options = null) : SessionHandler<GuessSession, GuessWon>(options)
{
    private readonly Lock _gate = new();
    private int _fewest = int.MaxValue;

    protected override GuessSession CreateSession(ConnectionContext connection) => new(pickNumber());

    protected override ValueTask OnEventAsync(GuessWon sessionEvent, SessionTurn<GuessSession> turn)
    {
        int fewest;
        lock (_gate)
        {
            fewest = _fewest = Math.Min(_fewest, sessionEvent.Guesses);
        }

        turn.Session.Congratulate(fewest, turn.Output);
        return ValueTask.CompletedTask;
    }
}
