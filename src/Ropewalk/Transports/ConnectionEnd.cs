using Ropewalk.Diagnostics;

namespace Ropewalk.Transports;

/// <summary>Tells why a connection ended.</summary>
/// <param name="Reason">The kind of end.</param>
/// <param name="Side">Whose doing it was.</param>
/// <param name="Detail">One line for a log, without secrets; null where the reason says all.</param>
public readonly record struct ConnectionEnd(ConnectionEndReason Reason, ErrorSide Side, string? Detail = null)
{
    /// <summary>The value of a connection that has not ended.</summary>
    public static ConnectionEnd Open => default;

    /// <inheritdoc/>
    public override string ToString() => Detail is null ? $"{Reason} ({Side})" : $"{Reason} ({Side}): {Detail}";
}
