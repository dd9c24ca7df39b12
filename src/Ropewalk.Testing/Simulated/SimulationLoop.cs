namespace Ropewalk.Testing.Simulated;

/// <summary>Runs a simulation's code, and moves its time when none of it can run.</summary>
internal abstract class SimulationLoop
{
    /// <summary>Far more than any scenario does at one instant, and some seconds of a loop that only yields.</summary>
    private const int MostStepsWithoutTime = 20_000_000;

    private Exception? _failure;
    private int _steps;

    /// <summary>Gets what ends the run before its scenario does.</summary>
    protected Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Ends the run: something has failed that the scenario does not wait for.</summary>
    public void Fail(Exception failure) => Interlocked.CompareExchange(ref _failure, failure, null);

    /// <summary>Runs something soon, from a clean stack.</summary>
    public abstract void Post(Action<object?> action, object? state);

    /// <summary>Fails where the caller is not the simulation.</summary>
    public abstract void Touch(string operation);

    /// <summary>Gets whether the caller is on the simulation's one thread, which no continuation may leave.</summary>
    public virtual bool IsOnThread => false;

    /// <summary>Runs a scenario to its end.</summary>
    public abstract Task RunAsync(Func<Task> scenario, VirtualTime time, TimeSpan limit);

    protected void NoteTimeMoved() => _steps = 0;

    /// <summary>Fails where code runs on and on and no time passes.</summary>
    protected void NoteStep()
    {
        if (++_steps > MostStepsWithoutTime)
        {
            throw new InvalidOperationException($"{MostStepsWithoutTime} steps have run and no time has passed: something goes round without waiting for anything.");
        }
    }

    protected static InvalidOperationException Stalled(string hint) => new(
        "Nothing is left to happen, and the scenario has not ended: it waits for what never comes. " + hint);

    protected static TimeoutException TooLong(TimeSpan limit) => new($"The scenario has not ended after {limit} of virtual time (SimulationOptions.Limit).");
}
