namespace Ropewalk.Testing;

/// <summary>Is a failure that a <see cref="SeedSweep"/> has found.</summary>
/// <param name="Seed">The seed, or null where no simulated run is to blame: the command failed by itself, or ran none.</param>
/// <param name="Name">The name of the run.</param>
/// <param name="Message">What is wrong. Where a run has failed it is that run's message, with the command that repeats it.</param>
/// <param name="Output">The end of what the process wrote to standard output and standard error.</param>
public sealed record SeedFailure(int? Seed, string? Name, string Message, string Output);
