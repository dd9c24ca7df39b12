using Ropewalk.Interop.Tests;

[assembly: AssemblyFixture(typeof(InteropTally))]

namespace Ropewalk.Interop.Tests;

/// <summary>Counts how many programs the tests met. In CI a run that met none fails: it would prove nothing.</summary>
public sealed class InteropTally : IDisposable
{
    private static int _found;
    private static int _missing;

    internal static void CountFound() => Interlocked.Increment(ref _found);

    internal static void CountMissing() => Interlocked.Increment(ref _missing);

    /// <inheritdoc/>
    public void Dispose()
    {
        Console.WriteLine($"interop: {_found} programs met, {_missing} missing");
        if (_found == 0 && ExternalProgram.IsCi)
        {
            throw new InvalidOperationException("No interop test met a program.");
        }
    }
}
