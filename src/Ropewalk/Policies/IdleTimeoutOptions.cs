using Microsoft.Extensions.Options;

namespace Ropewalk.Policies;

/// <summary>Says when a silent connection is ended. <b>Reload</b>: for a new policy.</summary>
public sealed class IdleTimeoutOptions
{
    /// <summary>Gets or sets how long no byte may cross in either direction. Default 5 minutes (SMTP's, the longest that common text protocols ask for).</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Gets or sets how long the handler is given for a goodbye in the protocol's own words, after it has been asked to close
    /// (<c>ConnectionClosedRequested</c>) and before the connection is aborted. Default 5 s; zero aborts at once.
    /// </summary>
    public TimeSpan Goodbye { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromDays(7))
        {
            errors.Add("Timeout: allowed is more than 0 and up to 7 days.");
        }

        if (Goodbye < TimeSpan.Zero || Goodbye > TimeSpan.FromMinutes(5))
        {
            errors.Add("Goodbye: allowed is 0 to 5 minutes.");
        }

        if (TimeProvider is null)
        {
            errors.Add("TimeProvider: must not be null.");
        }

        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(IdleTimeoutOptions), typeof(IdleTimeoutOptions), errors);
        }
    }
}
