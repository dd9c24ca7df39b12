namespace Ropewalk.Diagnostics;

/// <summary>Holds the state of everything that runs, at one moment.</summary>
/// <param name="CapturedAt">The moment.</param>
/// <param name="Uptime">How long the process's services have been up.</param>
/// <param name="State">The state of the whole: starting, running, draining, stopped, or failed where any service has.</param>
/// <param name="Services">The services, in the order of the configuration; removed ones that still drain come last.</param>
/// <param name="LastReload">How the last reload went; null if there was none.</param>
public sealed record StatusSnapshot(
    DateTimeOffset CapturedAt,
    TimeSpan Uptime,
    ServiceState State,
    IReadOnlyList<ServiceStatus> Services,
    ReloadStatus? LastReload)
{
    /// <summary>Gets the sum over all services.</summary>
    public TrafficTotals Totals { get; } = Services.Aggregate(TrafficTotals.Zero, (sum, service) => sum + service.Totals);
}
