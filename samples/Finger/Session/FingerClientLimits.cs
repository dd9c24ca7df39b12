namespace Finger.Session;

/// <summary>Holds what a client's session allows.</summary>
public sealed class FingerClientLimits
{
    /// <summary>Gets or sets the longest answer. Default 1 MiB; a <c>.plan</c> of old was a page, and a vending machine (RFC 1288 §2.5.5) has more to say.</summary>
    public long MaxAnswerBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets how long the server may be silent. Default 60 s (curl's and Debian finger's wait has no bound; nginx's <c>proxy_read_timeout</c>).</summary>
    public TimeSpan SilenceTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long the whole answer may take. Default 5 min: a server that says a byte a minute is not silent.</summary>
    public TimeSpan AnswerTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxAnswerBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SilenceTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(AnswerTimeout, TimeSpan.Zero);
    }
}
