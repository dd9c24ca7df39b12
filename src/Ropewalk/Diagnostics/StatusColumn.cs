namespace Ropewalk.Diagnostics;

/// <summary>Is a column of a <see cref="StatusTable"/>.</summary>
/// <param name="Name">The name for programs, which stays: camel case, <c>count</c>.</param>
/// <param name="Title">The title for people: <c>Queries</c>.</param>
/// <param name="IsOrdinal">Whether its numbers name something instead of counting it, as a zone's serial does: they are shown without spaces.</param>
public sealed record StatusColumn(string Name, string Title, bool IsOrdinal = false);
