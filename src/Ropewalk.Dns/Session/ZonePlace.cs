namespace Ropewalk.Dns.Session;

/// <summary>Is a place in a zone that is sent record by record.</summary>
/// <param name="Stage">What is sent.</param>
/// <param name="Node">The name, in canonical order.</param>
/// <param name="Set">The set among those of the name.</param>
/// <param name="Offset">The byte in the set's records and the signatures behind them.</param>
internal readonly record struct ZonePlace(ZonePlaceStage Stage, int Node = 0, int Set = 0, int Offset = 0)
{
    /// <summary>Gets the place where the next name begins.</summary>
    public ZonePlace NextNode() => new(Stage, Node + 1);

    /// <summary>Gets the place where the next set begins.</summary>
    public ZonePlace NextSet() => new(Stage, Node, Set + 1);
}
