namespace Ropewalk.Diagnostics;

/// <summary>Tells what runs and how it is doing: what a status page, a health check and an operator's command read.</summary>
/// <remarks><b>Call</b>: from any thread, as often as a page refreshes; the cost is one pass over the live connections' counters.</remarks>
public interface IStatusSource
{
    /// <summary>Captures the state of everything that runs.</summary>
    StatusSnapshot Capture();

    /// <summary>Lists live connections, oldest first.</summary>
    /// <param name="service">The service's name, or null for all services.</param>
    /// <param name="most">How many to list at most.</param>
    IReadOnlyList<ConnectionStatus> ListConnections(string? service = null, int most = 100);

    /// <summary>Lists what running services tell of themselves beyond <see cref="Capture"/>, in the order of the configuration. Default none.</summary>
    IReadOnlyList<ServicePart> ListParts() => [];
}
