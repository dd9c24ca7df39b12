namespace Ropewalk.Chat.Irc.Bot;

/// <summary>Says how often one user is answered. A user is an account where the network says one, else a host.</summary>
/// <remarks>
/// A bucket of tokens for each user. Who empties it is heard no more until after a silence: whoever goes on prolongs it. Two programs that answer each other therefore
/// come to an end, which a bucket alone would not bring about: it would let them go on at its pace.
/// </remarks>
public sealed class IrcBotRateLimit
{
    /// <summary>Gets or sets how many answers a user gets at once. Default 10, a round of a game: twice what RFC 1459 §8.10 lets a client say at once.</summary>
    public int Burst { get; set; } = 10;

    /// <summary>Gets or sets how long it takes until there is one more. Default 5 s.</summary>
    public TimeSpan Refill { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets how long a user who had too many must be silent to be heard again. Default 30 s.</summary>
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how many answers a user gets in a row, each asked for within <see cref="Silence"/> of the one before. Default 50: people pause. It ends what a slow
    /// network, which never empties the bucket, would let two programs say to each other.
    /// </summary>
    public int MostInARow { get; set; } = 50;

    /// <summary>Gets or sets how many users are remembered. Default 10,000, a large network's channels; beyond, the longest silent is forgotten.</summary>
    public int MostUsers { get; set; } = 10_000;

    /// <summary>Gets or sets what a user is told, once, by a notice, when it was too much. Default null: nothing.</summary>
    public string? Answer { get; set; }

    internal IEnumerable<string> FindErrors()
    {
        if (Burst < 1 || MostInARow < 1 || MostUsers < 1)
        {
            yield return "RateLimit: a number is below one";
        }

        if (Refill <= TimeSpan.Zero || Silence <= TimeSpan.Zero)
        {
            yield return "RateLimit: a duration is not above zero";
        }
    }
}
