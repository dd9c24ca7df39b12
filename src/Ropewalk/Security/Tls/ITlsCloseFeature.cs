namespace Ropewalk.Security.Tls;

/// <summary>Tells how the two directions of a TLS connection ended.</summary>
public interface ITlsCloseFeature
{
    /// <summary>Gets whether the peer has sent <c>close_notify</c>: all that it sent has arrived. <b>Spec</b>: RFC 8446 §6.1.</summary>
    bool CloseNotifyReceived { get; }

    /// <summary>Gets whether this side's <c>close_notify</c> has been handed to the transport.</summary>
    bool CloseNotifySent { get; }

    /// <summary>
    /// Gets whether the transport ended without the peer's <c>close_notify</c>: an attacker, or a careless peer, may have cut off what
    /// came last. Reading completes all the same, for many peers are careless; a protocol whose messages end with the stream must look here.
    /// </summary>
    bool Truncated { get; }
}
