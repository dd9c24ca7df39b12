namespace Ropewalk.Testing.Simulated;

/// <summary>Is an event that calls something.</summary>
internal sealed class CallEvent(Action<object?> action, object? state) : SimEvent
{
    public override void Happen() => action(state);
}
