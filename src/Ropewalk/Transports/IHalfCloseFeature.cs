namespace Ropewalk.Transports;

/// <summary>
/// Is present on a connection whose two directions end independently: completing <c>Transport.Output</c> sends what was flushed and then
/// the end of this side's output, and reading goes on until the peer ends its own.
/// </summary>
public interface IHalfCloseFeature
{
    /// <summary>Gets a token that is cancelled when the peer has ended its output and all that it sent has been received by the transport.</summary>
    CancellationToken InputEnded { get; }

    /// <summary>Gets whether the end of this side's output has been handed to the transport.</summary>
    bool OutputEnded { get; }

    /// <summary>Ends this side's output as completing <c>Transport.Output</c> does, and completes when the end has been sent.</summary>
    ValueTask EndOutputAsync(CancellationToken cancellationToken = default);
}
