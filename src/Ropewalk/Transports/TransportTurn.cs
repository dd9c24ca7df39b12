namespace Ropewalk.Transports;

/// <summary>Finds the cheapest timers for a connection's timeouts.</summary>
internal static class TransportTurn
{
    /// <summary>Gets the loop's own timers where the system's are meant and the transport has a loop; else what is given.</summary>
    public static TimeProvider Timers(ITransportTurnFeature? turn, TimeProvider time) =>
        time == TimeProvider.System ? turn?.LoopTimers ?? time : time;
}
