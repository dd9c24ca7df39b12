using System.IO.Pipelines;

namespace Ropewalk.Transports.Memory;

/// <summary>Sets what a <see cref="MemoryTransport"/> does.</summary>
public sealed class MemoryTransportOptions : StreamTransportOptions
{
    /// <summary>Gets or sets how many bytes each direction holds between the two ends. Default 64 KiB (a Linux socket's usual order).</summary>
    public int LinkCapacityBytes { get; set; } = 64 * 1024;

    /// <summary>Gets or sets how many connections may wait to be accepted. Default 512 (Kestrel's backlog).</summary>
    public int Backlog { get; set; } = 512;

    /// <summary>Gets or sets where the two ends wake each other. Default the thread pool.</summary>
    public PipeScheduler Scheduler { get; set; } = PipeScheduler.ThreadPool;
}
