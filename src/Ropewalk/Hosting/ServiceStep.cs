namespace Ropewalk.Hosting;

/// <summary>Says what a reload does with one service, and why.</summary>
/// <param name="Service">The service's name.</param>
/// <param name="Action">What is done with it.</param>
/// <param name="Changes">The settings that differ.</param>
/// <param name="Endpoints">What is done with its endpoints.</param>
public sealed record ServiceStep(string Service, ServiceAction Action, IReadOnlyList<Setting> Changes, IReadOnlyList<EndpointStep> Endpoints)
{
    /// <summary>Gets whether the service goes on as it was.</summary>
    public bool IsNothing => Action == ServiceAction.Keep && Endpoints.All(endpoint => endpoint.Action == EndpointAction.Keep);

    /// <summary>Describes it for a log, without secrets.</summary>
    public override string ToString()
    {
        string action = Action switch
        {
            ServiceAction.Keep => IsNothing ? "unchanged" : "settings unchanged",
            ServiceAction.ApplyLive => "live settings changed",
            ServiceAction.Swap => "changed",
            ServiceAction.Restart => "restarted",
            ServiceAction.Add => "added",
            _ => "removed",
        };
        string changes = Changes.Count == 0 ? "" : $": {string.Join(", ", Changes)}";
        string endpoints = string.Concat(Endpoints.Where(endpoint => endpoint.Action != EndpointAction.Keep).Select(endpoint => $"; {endpoint}"));
        return $"{Service}: {action}{changes}{endpoints}";
    }
}
