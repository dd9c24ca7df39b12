namespace Ropewalk.Testing;

/// <summary>Is something that has happened in a simulation.</summary>
/// <param name="At">The virtual time since the start.</param>
/// <param name="Host">Where it happened.</param>
/// <param name="Text">What.</param>
public readonly record struct SimulationEvent(TimeSpan At, string Host, string Text)
{
    /// <inheritdoc/>
    public override string ToString() => $"{At:c} {Host}: {Text}";
}
