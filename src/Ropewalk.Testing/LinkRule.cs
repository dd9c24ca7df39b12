namespace Ropewalk.Testing;

/// <summary>
/// Decides what becomes of a unit. Rules are asked in the order in which they were added; the first that does not pass decides, and where all
/// pass, the link's own settings do.
/// </summary>
/// <param name="unit">What is on its way.</param>
public delegate LinkVerdict LinkRule(in LinkUnit unit);
