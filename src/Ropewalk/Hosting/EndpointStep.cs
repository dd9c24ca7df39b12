using Ropewalk.Endpoints;

namespace Ropewalk.Hosting;

/// <summary>Says what a reload does with one endpoint.</summary>
/// <param name="Endpoint">The endpoint, as it shall be; as it was, where it stops.</param>
/// <param name="Action">What is done.</param>
public sealed record EndpointStep(EndpointSpec Endpoint, EndpointAction Action)
{
    /// <summary>Describes it for a log, without secrets.</summary>
    public override string ToString() => Action switch
    {
        EndpointAction.Keep => $"keep {Endpoint}",
        EndpointAction.ChangeFront => $"keep the socket of {Endpoint} with another front",
        EndpointAction.TakeOver => $"take over the socket of {Endpoint} from another service",
        EndpointAction.Listen => $"listen on {Endpoint}",
        _ => $"stop listening on {Endpoint}",
    };
}
