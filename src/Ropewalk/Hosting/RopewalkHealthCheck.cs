using Microsoft.Extensions.Diagnostics.HealthChecks;
using Ropewalk.Diagnostics;

namespace Ropewalk.Hosting;

/// <summary>
/// Reports the services' health: unhealthy where a service has failed or nothing runs yet or any more; degraded while the end is near or an
/// accept loop waits for the system to have descriptors again.
/// </summary>
public sealed class RopewalkHealthCheck(IStatusSource status) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        StatusSnapshot now = status.Capture();
        var data = new Dictionary<string, object>(StringComparer.Ordinal);
        var troubles = new List<string>();
        foreach (ServiceStatus service in now.Services)
        {
            data[service.Name] = service.State.ToString();
            troubles.AddRange(service.Endpoints.Where(endpoint => endpoint.Error is not null).Select(endpoint => $"{service.Name}: {endpoint.Error}"));
            troubles.AddRange(service.Endpoints.Where(endpoint => endpoint.IsStarved).Select(endpoint => $"{service.Name}: {endpoint.Endpoint} cannot accept for now"));
        }

        HealthStatus health = now.State switch
        {
            ServiceState.Running when troubles.Count == 0 => HealthStatus.Healthy,
            ServiceState.Running or ServiceState.Draining => HealthStatus.Degraded,
            _ => HealthStatus.Unhealthy,
        };
        string description = troubles.Count == 0 ? $"{now.State}, {now.Totals.Live} connections" : string.Join("; ", troubles);
        return Task.FromResult(new HealthCheckResult(health, description, data: data));
    }
}
