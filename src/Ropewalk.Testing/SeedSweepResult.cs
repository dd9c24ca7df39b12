namespace Ropewalk.Testing;

/// <summary>Is what a <see cref="SeedSweep"/> has found.</summary>
/// <param name="Seeds">The seeds that were asked for.</param>
/// <param name="Runs">How many simulated runs there were with seeds of the range.</param>
/// <param name="Failure">What fails with the lowest seed, or null if nothing does.</param>
public sealed record SeedSweepResult(SeedRange Seeds, long Runs, SeedFailure? Failure);
