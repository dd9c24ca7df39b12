using System.Security.Cryptography;

namespace Ropewalk.Client;

/// <summary>
/// Says how long to wait before the next attempt: exponential backoff with full jitter (each delay is uniform between nothing and the
/// bound, which spreads a crowd of clients best), forgotten once a connection has been stable.
/// </summary>
/// <remarks><b>Call</b>: one policy may serve many connections at once; it holds no state but its source of randomness.</remarks>
public sealed class RetryPolicy
{
    private readonly Random _random;
    private readonly Lock _gate = new();

    /// <summary>Creates a policy with its own source of randomness.</summary>
    public RetryPolicy()
        : this(new Random(RandomNumberGenerator.GetInt32(int.MaxValue)))
    {
    }

    /// <summary>Creates a policy.</summary>
    /// <param name="random">The source of the jitter; a simulation gives its own.</param>
    public RetryPolicy(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _random = random;
    }

    /// <summary>Gets the bound of the first delay. Default 1 s (gRPC's connection backoff).</summary>
    public TimeSpan InitialDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the bound that no delay exceeds. Default 2 min (gRPC's connection backoff).</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets by what the bound grows with each failure. Default 1.6 (gRPC's connection backoff).</summary>
    public double Multiplier { get; init; } = 1.6;

    /// <summary>Gets how long a connection must live for the failures before it to be forgotten. Default 30 s: a server that takes connections and drops them at once is not well.</summary>
    public TimeSpan StablePeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets how many failures in a row end the attempts with the last one's exception. Default: none do.</summary>
    public int MaxFailures { get; init; } = int.MaxValue;

    /// <summary>Gets the bound of the delay after some failures in a row: no delay is longer.</summary>
    /// <param name="failures">How many, 1 or more.</param>
    public TimeSpan GetBound(int failures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        double bound = InitialDelay.TotalMilliseconds * Math.Pow(Multiplier, failures - 1);
        return bound < MaxDelay.TotalMilliseconds ? TimeSpan.FromMilliseconds(bound) : MaxDelay;
    }

    /// <summary>Draws the delay after some failures in a row.</summary>
    /// <param name="failures">How many, 1 or more.</param>
    public TimeSpan NextDelay(int failures)
    {
        TimeSpan bound = GetBound(failures);
        lock (_gate)
        {
            return bound * _random.NextDouble();
        }
    }
}
