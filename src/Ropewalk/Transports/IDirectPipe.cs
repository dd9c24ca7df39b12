namespace Ropewalk.Transports;

/// <summary>
/// Holds bytes inside the system on their way from one connection to another: they are never copied into this process. Disposing gives it
/// back; what it still holds is lost.
/// </summary>
internal interface IDirectPipe : IDisposable
{
    /// <summary>Gets how much it holds.</summary>
    int HeldBytes { get; }

    /// <summary>Takes bytes out of it after all, for a connection that does not take them directly.</summary>
    /// <returns>How many; at least one where it holds any.</returns>
    int Read(Span<byte> buffer);
}
