using Microsoft.Extensions.Options;

namespace Ropewalk.Policies;

/// <summary>Bounds how fast new connections may come from one address (IPv4) or one /64 (IPv6). <b>Reload</b>: for a new policy.</summary>
public sealed class ConnectionRate
{
    /// <summary>Gets or sets how many per minute one peer may open in the long run. Default 60.</summary>
    public int PerMinute { get; set; } = 60;

    /// <summary>Gets or sets how many one peer may open at once before the rate holds. Default 30: a browser opens six per origin, several tabs at once.</summary>
    public int Burst { get; set; } = 30;

    /// <summary>Gets or sets for how many peers a state is kept. Default 65,536 (6 MiB). Over it all further peers share one state.</summary>
    public int MaxTrackedPeers { get; set; } = 65_536;

    /// <summary>Gets or sets the clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        foreach ((string name, int value) in ((string, int)[])[(nameof(PerMinute), PerMinute), (nameof(Burst), Burst), (nameof(MaxTrackedPeers), MaxTrackedPeers)])
        {
            if (value < 1)
            {
                errors.Add($"{name}: allowed is 1 and more.");
            }
        }

        if (TimeProvider is null)
        {
            errors.Add("TimeProvider: must not be null.");
        }

        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(ConnectionRate), typeof(ConnectionRate), errors);
        }
    }
}
