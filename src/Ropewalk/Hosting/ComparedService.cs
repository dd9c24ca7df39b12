namespace Ropewalk.Hosting;

/// <summary>Holds what differs for one service.</summary>
internal sealed record ComparedService(
    ServiceDefinition? Before,
    ServiceDefinition? After,
    ServiceAction Action,
    IReadOnlyList<Setting> Changes,
    IReadOnlyList<ComparedEndpoint> Endpoints)
{
    public string Name => (After ?? Before)!.Name;

    /// <summary>Gets whether a new instance is made.</summary>
    public bool NeedsInstance => Action is ServiceAction.Add or ServiceAction.Swap or ServiceAction.Restart;

    public ServiceStep ToStep() => new(Name, Action, Changes, [.. Endpoints.Select(endpoint => new EndpointStep(endpoint.Endpoint, endpoint.Action))]);
}
