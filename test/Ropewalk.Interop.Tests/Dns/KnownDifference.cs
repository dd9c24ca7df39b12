namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Is a way in which other servers answer otherwise, and why we answer as we do. Each is in docs/dns-differences.md.</summary>
/// <param name="Name">Its name there.</param>
/// <param name="Peers">Who answers so.</param>
/// <param name="Aspects">What of the answer it explains.</param>
/// <param name="DecidesAgainstTwo">Whether a sentence of an RFC decides it, however many answer otherwise.</param>
/// <param name="Explains">Says whether it is this one.</param>
internal sealed record KnownDifference(string Name, string[] Peers, AnswerAspects Aspects, bool DecidesAgainstTwo, Func<AnswerComparison, bool> Explains);
