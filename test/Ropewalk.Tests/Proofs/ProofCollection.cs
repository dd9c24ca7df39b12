namespace Ropewalk.Tests.Proofs;

/// <summary>Proofs measure memory and time of the whole process: each runs alone.</summary>
[CollectionDefinition(nameof(ProofCollection), DisableParallelization = true)]
public sealed class ProofCollection;
