namespace Ropewalk.Transports;

/// <summary>Tells what a connection holds in memory and lets a budget pause its reads (invariant: everything is bounded).</summary>
public interface IBufferUseFeature
{
    /// <summary>Gets the bytes received from the peer and not yet consumed by the handler.</summary>
    long InputBytes { get; }

    /// <summary>Gets the bytes written by the handler, or enqueued for it, and not yet taken by the system.</summary>
    long OutputBytes { get; }

    /// <summary>Gets or sets whether the transport stops receiving from the peer. Already received bytes stay readable.</summary>
    bool ReadsPaused { get; set; }
}
