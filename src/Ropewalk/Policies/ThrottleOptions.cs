using Microsoft.Extensions.Options;

namespace Ropewalk.Policies;

/// <summary>Says how fast bytes may cross. <b>Reload</b>: for new connections.</summary>
public sealed class ThrottleOptions
{
    /// <summary>Gets or sets how many bytes per second are received; null for no bound.</summary>
    public long? ReceiveBytesPerSecond { get; set; }

    /// <summary>Gets or sets how many bytes per second are sent; null for no bound.</summary>
    public long? SendBytesPerSecond { get; set; }

    /// <summary>Gets or sets how many bytes may cross at once after a pause. Default 64 KiB: one read of the transport.</summary>
    public long BurstBytes { get; set; } = 64 * 1024;

    /// <summary>Gets or sets whether all connections of the policy share one rate. Default false: each has its own.</summary>
    public bool IsShared { get; set; }

    /// <summary>Gets or sets the clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        foreach ((string name, long? value) in ((string, long?)[])[(nameof(ReceiveBytesPerSecond), ReceiveBytesPerSecond), (nameof(SendBytesPerSecond), SendBytesPerSecond), (nameof(BurstBytes), BurstBytes)])
        {
            if (value < 1)
            {
                errors.Add($"{name}: allowed is 1 and more.");
            }
        }

        if (ReceiveBytesPerSecond is null && SendBytesPerSecond is null)
        {
            errors.Add("ReceiveBytesPerSecond, SendBytesPerSecond: a throttle needs at least one.");
        }

        if (TimeProvider is null)
        {
            errors.Add("TimeProvider: must not be null.");
        }

        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(ThrottleOptions), typeof(ThrottleOptions), errors);
        }
    }
}
