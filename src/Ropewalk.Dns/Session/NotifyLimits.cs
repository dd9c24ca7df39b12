using Microsoft.Extensions.Options;

namespace Ropewalk.Dns.Session;

/// <summary>Bounds how secondaries are told of a new version. <b>Reload</b>: for a new table.</summary>
public sealed class NotifyLimits
{
    /// <summary>Gets or sets how long an answer to the first notice is waited for; each further wait is twice as long. Default 5 s (Knot's <c>tcp-remote-io-timeout</c>); RFC 1996 §3.6 allows any back-off.</summary>
    public TimeSpan FirstWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the longest wait. Default 60 s (RFC 1996 §3.6).</summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how often one notice is sent. Default 6: once, and five times again (RFC 1996 §3.6).</summary>
    public int MaxAttempts { get; set; } = 6;

    /// <summary>Gets or sets how many are sent each second, to all. Default 20 (BIND's <c>notify-rate</c>).</summary>
    public int PerSecond { get; set; } = 20;

    /// <summary>Gets or sets how many wait for an answer or for being sent. Default 10,000.</summary>
    public int MaxNotices { get; set; } = 10_000;

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        List<string> errors = [];
        if (FirstWait <= TimeSpan.Zero || FirstWait > LongestWait)
        {
            errors.Add($"{nameof(FirstWait)}: allowed is more than 0 and up to {nameof(LongestWait)}.");
        }

        if (LongestWait <= TimeSpan.Zero || LongestWait > TimeSpan.FromHours(1))
        {
            errors.Add($"{nameof(LongestWait)}: allowed is more than 0 and up to 1 h.");
        }

        Check(errors, nameof(MaxAttempts), MaxAttempts, 100);
        Check(errors, nameof(PerSecond), PerSecond, 10_000);
        Check(errors, nameof(MaxNotices), MaxNotices, 1_000_000);
        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(NotifyLimits), typeof(NotifyLimits), errors);
        }
    }

    private static void Check(List<string> errors, string name, int value, int most)
    {
        if (value < 1 || value > most)
        {
            errors.Add($"{name}: allowed is 1 to {most}.");
        }
    }
}
