namespace Ropewalk.Testing.Simulated;

/// <summary>Is something that happens at a virtual time.</summary>
internal abstract class SimEvent
{
    /// <summary>Happens.</summary>
    public abstract void Happen();
}
