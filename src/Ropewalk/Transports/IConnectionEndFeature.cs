namespace Ropewalk.Transports;

/// <summary>Tells why a connection ended, and lets whoever ends it say so first.</summary>
public interface IConnectionEndFeature
{
    /// <summary>Gets the end, or <see cref="ConnectionEnd.Open"/> while there is none.</summary>
    ConnectionEnd End { get; }

    /// <summary>Records why the connection is about to end. Only the first call counts.</summary>
    /// <returns>True if this call was the first.</returns>
    bool TrySetEnd(ConnectionEnd end);
}
