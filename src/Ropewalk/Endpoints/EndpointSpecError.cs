namespace Ropewalk.Endpoints;

/// <summary>Says what is wrong with an endpoint string, where, and what is allowed there. Never shows a value, which may be a secret.</summary>
/// <param name="Offset">The zero-based offset in characters from the start of the whole string.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public readonly record struct EndpointSpecError(int Offset, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"at offset {Offset}: {Message}";
}
