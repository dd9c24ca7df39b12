namespace Ropewalk.Endpoints;

/// <summary>One key of an endpoint string and its value.</summary>
/// <param name="Name">The key.</param>
/// <param name="Value">The value; empty for a flag.</param>
/// <param name="IsSecret">True if the value must not be shown.</param>
public readonly record struct EndpointKeyValue(string Name, string Value, bool IsSecret = false)
{
    /// <summary>Formats the pair without its value where that is a secret.</summary>
    public override string ToString() => Value.Length == 0 ? Name : $"{Name}={(IsSecret ? EndpointSpec.Redacted : Value)}";
}
