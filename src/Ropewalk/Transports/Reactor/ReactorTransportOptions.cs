using Ropewalk.Transports.Sockets;

namespace Ropewalk.Transports.Reactor;

/// <summary>Sets what a <see cref="ReactorTransport"/> does.</summary>
public sealed class ReactorTransportOptions : SocketTransportOptions
{
    /// <summary>Gets or sets how many loops run. Default one per processor.</summary>
    public int Loops { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Gets or sets how long one step may hold a loop before the monitor logs who does it. Default 250 ms: what a person notices
    /// (Vert.x warns at 2 s, Node's common monitors at 100 to 500 ms).
    /// </summary>
    public TimeSpan StallThreshold { get; set; } = TimeSpan.FromMilliseconds(250);
}
