namespace Ping.Session;

/// <summary>Holds what a server's session allows.</summary>
public sealed class PingServerLimits
{
    /// <summary>Gets or sets how long a client may be silent. Default 5 min (RFC 5321 §4.5.3.2.7's wait for the next command).</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets how many broken lines end the conversation. Default 10 (Sendmail's bad commands before it slows down are 25).</summary>
    public int MaxViolations { get; set; } = 10;

    /// <summary>Checks the values.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(IdleTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxViolations, 1);
    }
}
