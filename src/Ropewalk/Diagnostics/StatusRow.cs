namespace Ropewalk.Diagnostics;

/// <summary>Is a row of a <see cref="StatusTable"/>.</summary>
/// <param name="Text">What the row is about; it may be what a peer has sent.</param>
/// <param name="Numbers">A number for each further column.</param>
public sealed record StatusRow(string Text, params IReadOnlyList<long> Numbers);
