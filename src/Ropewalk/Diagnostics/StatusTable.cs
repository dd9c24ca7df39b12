namespace Ropewalk.Diagnostics;

/// <summary>Is a table of an <see cref="IStatusPart"/>: one column of text, and columns of numbers behind it.</summary>
/// <param name="Name">The name for programs, which stays: camel case, <c>topNames</c>.</param>
/// <param name="Title">The title for people: <c>Top names</c>.</param>
/// <param name="Columns">The columns, the text's first.</param>
/// <param name="Rows">The rows.</param>
/// <param name="HasShares">Whether the first number is a share of the whole column's, as in a histogram: a page draws bars of it.</param>
public sealed record StatusTable(string Name, string Title, IReadOnlyList<StatusColumn> Columns, IReadOnlyList<StatusRow> Rows, bool HasShares = false);
