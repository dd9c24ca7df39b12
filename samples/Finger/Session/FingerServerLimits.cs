namespace Finger.Session;

/// <summary>Holds what a server's session allows.</summary>
public sealed class FingerServerLimits
{
    /// <summary>Gets or sets the longest query, without its break. Default 510: the 512 of 4.3BSD's fingerd, whose <c>gets</c> into 512 bytes let the worm of 1988 in.</summary>
    public int MaxQueryBytes { get; set; } = 510;

    /// <summary>Gets or sets how long the query may take. Default 60 s (nginx's <c>client_header_timeout</c>; the RFC has none).</summary>
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets whether the list of users is answered. Default true. RFC 1288 §3.2.2: it may be refused.</summary>
    public bool AllowsList { get; set; } = true;

    /// <summary>Gets or sets whether queries are forwarded to other hosts. Default false. RFC 1288 §3.2.1: it may be refused, and it lets others use this host's address.</summary>
    public bool AllowsForwarding { get; set; }

    /// <summary>Gets or sets the most hosts in a query. Default 4; the RFC has no limit, and each one keeps every host before it waiting.</summary>
    public int MaxHosts { get; set; } = 4;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQueryBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(QueryTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxHosts, 1);
    }
}
