namespace Ropewalk.Relay;

/// <summary>Bounds a relay.</summary>
public sealed class RelayOptions
{
    /// <summary>Gets or sets how long neither side may send anything; then both are reset. Default 10 minutes (nginx's <c>proxy_timeout</c> for streams). Infinite turns it off.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets how long reaching the far side may take. Default 10 seconds.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Checks the bounds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A timeout is neither positive nor infinite.</exception>
    internal void Validate()
    {
        Check(IdleTimeout, nameof(IdleTimeout));
        Check(ConnectTimeout, nameof(ConnectTimeout));
    }

    private static void Check(TimeSpan timeout, string name)
    {
        if (timeout != Timeout.InfiniteTimeSpan && (timeout <= TimeSpan.Zero || timeout > TimeSpan.FromDays(24)))
        {
            throw new ArgumentOutOfRangeException(name, timeout, "A timeout is positive and at most 24 days, or infinite.");
        }
    }
}
