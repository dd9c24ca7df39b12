using Microsoft.Extensions.Options;

namespace Ropewalk.Dns.Server.Statistics;

/// <summary>Says what is counted of queries, and which are told of one by one.</summary>
public sealed class DnsStatisticsOptions
{
    /// <summary>Gets or sets the name under which metrics are told. Default <c>dns</c>.</summary>
    public string ServiceName { get; set; } = "dns";

    /// <summary>Gets or sets whether the names that are asked for most are kept. Default true. What is asked for can say much about who asks.</summary>
    public bool TopNames { get; set; } = true;

    /// <summary>Gets or sets whether the networks that ask most are kept, /24 and /56. Default true.</summary>
    public bool TopClients { get; set; } = true;

    /// <summary>Gets or sets which queries are in the log, category <c>Ropewalk.Dns.Queries</c>: each of so many of a worker; 0 for none. Default 0, as with BIND's <c>querylog</c> and NSD's dnstap: who asks what is personal.</summary>
    public int LogEvery { get; set; }

    /// <summary>Gets or sets how many lines of them there are in a second at most. 1 to 100,000, default 100.</summary>
    public int LogLinesPerSecond { get; set; } = 100;

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        List<string> errors = [];
        if (string.IsNullOrEmpty(ServiceName))
        {
            errors.Add($"{nameof(ServiceName)}: must not be empty.");
        }

        if (LogEvery is < 0 or > 1_000_000_000)
        {
            errors.Add($"{nameof(LogEvery)}: allowed is 0 to 1000000000.");
        }

        if (LogLinesPerSecond is < 1 or > 100_000)
        {
            errors.Add($"{nameof(LogLinesPerSecond)}: allowed is 1 to 100000.");
        }

        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(DnsStatisticsOptions), typeof(DnsStatisticsOptions), errors);
        }
    }
}
