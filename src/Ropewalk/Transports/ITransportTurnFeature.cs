namespace Ropewalk.Transports;

/// <summary>Runs work on a connection's own turn: on the reactor its loop, elsewhere the thread pool or the transport's scheduler.</summary>
public interface ITransportTurnFeature
{
    /// <summary>Runs <paramref name="action"/> soon, from a clean stack. <b>Call</b>: from any thread.</summary>
    void Post(Action<object?> action, object? state);

    /// <summary>Gets or sets what serves the connection, in words for the log: the monitor names it when it blocks a loop.</summary>
    string? ServedBy { get; set; }

    /// <summary>Gets a clock whose timers fire on the connection's loop, between its turns; null where the turns have no loop of their own.</summary>
    TimeProvider? LoopTimers => null;
}
