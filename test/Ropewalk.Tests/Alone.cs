namespace Ropewalk.Tests;

/// <summary>Is the collection of tests that measure the whole process: no other test runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
