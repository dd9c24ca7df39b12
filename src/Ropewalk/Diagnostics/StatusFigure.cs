namespace Ropewalk.Diagnostics;

/// <summary>Is a number of an <see cref="IStatusPart"/>.</summary>
/// <param name="Name">The name for programs, which stays: camel case, <c>queries</c>.</param>
/// <param name="Title">The name for people: <c>Queries</c>.</param>
/// <param name="Value">The number.</param>
/// <param name="IsTotal">Whether it only ever grows, so that its rate is worth more than itself: a page draws the curve of it.</param>
public sealed record StatusFigure(string Name, string Title, long Value, bool IsTotal = false);
