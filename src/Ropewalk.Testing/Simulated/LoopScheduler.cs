using System.IO.Pipelines;

namespace Ropewalk.Testing.Simulated;

/// <summary>Runs what connections in memory have to do on the simulation's loop.</summary>
internal sealed class LoopScheduler(SimulationLoop loop) : PipeScheduler
{
    public override void Schedule(Action<object?> action, object? state) => loop.Post(action, state);
}
