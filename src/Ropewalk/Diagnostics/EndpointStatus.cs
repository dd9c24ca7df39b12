namespace Ropewalk.Diagnostics;

/// <summary>Tells how one endpoint of a service is doing.</summary>
/// <param name="Endpoint">The endpoint string as configured, its secrets hidden.</param>
/// <param name="BoundTo">What it was bound to, with the port that the system chose; null while it is not bound.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Error">Why it failed, in one line; null where it did not.</param>
/// <param name="Totals">What has passed through it.</param>
public sealed record EndpointStatus(string Endpoint, string? BoundTo, ServiceState State, string? Error, TrafficTotals Totals)
{
    /// <summary>Gets whether its accept loop waits for the system to have descriptors or memory again.</summary>
    public bool IsStarved { get; init; }
}
