using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Zones.Text;

/// <summary>Is one rule that a master file breaks, and where.</summary>
/// <param name="Violation">The rule.</param>
/// <param name="Position">Where.</param>
/// <param name="Detail">What it is about, for people: a path, a number; empty if the rule says all.</param>
public readonly record struct MasterFileProblem(MasterFileViolation Violation, SourcePosition Position, string Detail)
{
    /// <summary>Gets the rule and what it is about as one text, without a full stop.</summary>
    public string Text => Detail.Length == 0 ? Violation.Describe() : $"{Detail}: {Violation.Describe()}";
}
