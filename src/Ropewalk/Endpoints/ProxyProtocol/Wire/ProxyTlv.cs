namespace Ropewalk.Endpoints.ProxyProtocol.Wire;

/// <summary>One extension of a version 2 header: type, length, value.</summary>
/// <param name="Type">The type; unregistered ones are kept as they are.</param>
/// <param name="Value">The value, a copy of its own.</param>
public readonly record struct ProxyTlv(ProxyTlvType Type, ReadOnlyMemory<byte> Value)
{
    /// <summary>Compares types and bytes.</summary>
    public bool Equals(ProxyTlv other) => Type == other.Type && Value.Span.SequenceEqual(other.Value.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Value.Length);
}
