using System.Text.RegularExpressions;

namespace Ropewalk.Testing;

/// <summary>Is one line of a transcript.</summary>
/// <param name="Line">Its number in the text, from 1.</param>
/// <param name="Kind">What happens.</param>
/// <param name="ByClient">Whose line it is, where it is somebody's.</param>
/// <param name="Bytes">What is said, where it is said literally.</param>
/// <param name="Pattern">What the said line must match, where it is a pattern.</param>
/// <param name="Wait">How long time passes.</param>
internal sealed record TranscriptStep(int Line, TranscriptStepKind Kind, bool ByClient, byte[] Bytes, Regex? Pattern, TimeSpan Wait);
