namespace Ropewalk.Transports;

/// <summary>Finds a connection's own turn, or what comes next to it.</summary>
internal static class TransportTurn
{
    /// <summary>Runs something soon on a connection's turn; where it has none, on the thread pool.</summary>
    public static void Post(ITransportTurnFeature? turn, Action<object?> action, object? state)
    {
        if (turn is not null)
        {
            turn.Post(action, state);
        }
        else
        {
            ThreadPool.UnsafeQueueUserWorkItem(action, state, preferLocal: false);
        }
    }

    /// <summary>Gets the loop's own timers where the system's are meant and the transport has a loop; else what is given.</summary>
    public static TimeProvider Timers(ITransportTurnFeature? turn, TimeProvider time) =>
        time == TimeProvider.System ? turn?.LoopTimers ?? time : time;
}
