namespace Ropewalk.Testing;

/// <summary>Tells that a simulated run has failed: with which seed, when in virtual time, and how to run it again.</summary>
public sealed class SimulationFailedException : Exception
{
    internal SimulationFailedException(string message, int seed, TimeSpan elapsed, ulong trace, Exception? inner)
        : base(message, inner)
    {
        Seed = seed;
        Elapsed = elapsed;
        Trace = trace;
    }

    /// <summary>Gets the seed that repeats the run.</summary>
    public int Seed { get; }

    /// <summary>Gets the virtual time that had passed.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Gets the trace of what had happened: the same run fails with the same.</summary>
    public ulong Trace { get; }
}
