using Microsoft.Extensions.Options;

namespace Ropewalk.Policies;

/// <summary>Bounds how many connections there may be at once. <b>Reload</b>: live, for new connections; those there are stay.</summary>
public sealed class ConnectionLimits
{
    /// <summary>Gets or sets the most in all. Default 10,000: half of the usual hard limit of open files in containers.</summary>
    public int Total { get; set; } = 10_000;

    /// <summary>Gets or sets the most from one address. Default 50 (Postfix's <c>smtpd_client_connection_count_limit</c>).</summary>
    public int PerAddress { get; set; } = 50;

    /// <summary>
    /// Gets or sets the most from one IPv6 /64: what one customer is given, so that counting single addresses would count nothing.
    /// Default 50, as for one IPv4 address.
    /// </summary>
    public int PerIPv6Network { get; set; } = 50;

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        Check(errors, nameof(Total), Total);
        Check(errors, nameof(PerAddress), PerAddress);
        Check(errors, nameof(PerIPv6Network), PerIPv6Network);
        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(ConnectionLimits), typeof(ConnectionLimits), errors);
        }
    }

    private static void Check(List<string> errors, string name, int value)
    {
        if (value < 1)
        {
            errors.Add($"{name}: allowed is 1 and more.");
        }
    }
}
