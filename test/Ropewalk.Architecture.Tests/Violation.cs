namespace Ropewalk.Architecture.Tests;

/// <summary>One place that breaks a rule, in the form that editors and terminals link: <c>path:line: what and what to do</c>.</summary>
internal readonly record struct Violation(string Path, int Line, string Message)
{
    public override string ToString() => Line > 0 ? $"{Path}:{Line}: {Message}" : $"{Path}: {Message}";
}
