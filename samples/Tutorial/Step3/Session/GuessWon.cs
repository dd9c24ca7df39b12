namespace Guess.Session;

/// <summary>Tells the application that the number was found. The session waits for <see cref="GuessSession.Congratulate"/>.</summary>
/// <param name="Guesses">How many it took.</param>
public sealed record GuessWon(int Guesses);
