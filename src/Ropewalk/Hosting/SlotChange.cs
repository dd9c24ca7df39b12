using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;

namespace Ropewalk.Hosting;

/// <summary>Says what a slot is switched to.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Lease">The instance, new or the same.</param>
/// <param name="Handlers">What the instance takes; null where the instance stays.</param>
/// <param name="Endpoint">The endpoint, as configured now.</param>
/// <param name="HasFront">Whether the front is another, too.</param>
/// <param name="Front">The front, where it is another.</param>
internal sealed record SlotChange(
    string Service,
    InstanceLease Lease,
    EndpointHandlers? Handlers,
    EndpointSpec Endpoint,
    bool HasFront,
    Func<ConnectionDelegate, ConnectionDelegate>? Front);
