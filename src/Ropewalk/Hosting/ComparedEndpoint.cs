using Ropewalk.Endpoints;

namespace Ropewalk.Hosting;

/// <summary>Holds what differs for one endpoint.</summary>
/// <param name="Key">Under which its slot is found, before and after.</param>
/// <param name="Endpoint">As it shall be; as it was, where it stops.</param>
/// <param name="Action">What is done.</param>
internal sealed record ComparedEndpoint(string Key, EndpointSpec Endpoint, EndpointAction Action);
