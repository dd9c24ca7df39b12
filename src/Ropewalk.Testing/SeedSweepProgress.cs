namespace Ropewalk.Testing;

/// <summary>Tells how far a <see cref="SeedSweep"/> is.</summary>
/// <param name="SeedsDone">How many seeds are done with.</param>
/// <param name="SeedCount">How many there are.</param>
/// <param name="Runs">How many simulated runs that were.</param>
/// <param name="FailingSeed">The lowest seed that is known to fail, or null if none is.</param>
public readonly record struct SeedSweepProgress(long SeedsDone, long SeedCount, long Runs, int? FailingSeed);
