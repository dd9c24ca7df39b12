namespace Ropewalk.Transports.Reactor;

/// <summary>Something that a loop watches a descriptor for.</summary>
internal interface IReactorTarget
{
    /// <summary>Gets what the monitor calls it when it blocks the loop.</summary>
    string? ServedBy { get; }

    /// <summary>Learns what epoll reported. Runs on the loop.</summary>
    void OnEvents(uint events);
}
