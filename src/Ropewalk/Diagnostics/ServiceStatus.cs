namespace Ropewalk.Diagnostics;

/// <summary>Tells how one service is doing.</summary>
/// <param name="Name">The service's name, as in the configuration.</param>
/// <param name="Kind">What kind of service it is: <c>web</c>, <c>forward</c>, <c>pipeline</c>.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="StartedAt">When it was last started; a reload that keeps it does not change this.</param>
/// <param name="Error">Why it failed, in one line; null where it did not.</param>
/// <param name="Endpoints">Its endpoints, in the order of the configuration.</param>
/// <param name="Totals">What has passed through it: the sum over its endpoints, those included that a reload has removed.</param>
public sealed record ServiceStatus(
    string Name,
    string Kind,
    ServiceState State,
    DateTimeOffset? StartedAt,
    string? Error,
    IReadOnlyList<EndpointStatus> Endpoints,
    TrafficTotals Totals);
