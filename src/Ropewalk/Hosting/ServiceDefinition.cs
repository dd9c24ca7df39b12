using Ropewalk.Endpoints;

namespace Ropewalk.Hosting;

/// <summary>Says what one service shall be: one entry of the effective configuration.</summary>
/// <param name="Name">Its name, which no other service has. A reload finds the running service by it.</param>
/// <param name="Kind">What makes it. A service whose kind changes is made anew.</param>
/// <param name="Options">Its options, of the kind's type. They must not change afterwards: a reload brings new ones.</param>
/// <param name="Endpoints">Where it listens.</param>
public sealed record ServiceDefinition(string Name, IServiceKind Kind, object Options, IReadOnlyList<EndpointSpec> Endpoints);
