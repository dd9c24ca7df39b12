namespace Ropewalk.Testing;

/// <summary>Names what runs the code of a simulation.</summary>
public enum SimulationMode
{
    /// <summary>
    /// One thread with a <see cref="SynchronizationContext"/> of its own. The fastest, and the strictest: a simulated operation from another
    /// thread fails the run. For code that never leaves its caller's context, as the engine and its strands do not.
    /// </summary>
    Strict,

    /// <summary>
    /// The thread pool, with exactly one worker (<c>ThreadPoolMinThreads</c> and <c>ThreadPoolMaxThreads</c> = 1 in the test project's file):
    /// whatever runs on it repeats exactly, <c>ConfigureAwait(false)</c>, <c>Task.Run</c>, Kestrel and <c>HttpClient</c> included. <c>SslStream</c> runs too, but
    /// draws its keys itself: its bytes, and with ECDSA their number, differ from run to run.
    /// Virtual time moves when the pool has nothing to do.
    /// </summary>
    Whole,
}
