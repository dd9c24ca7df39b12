namespace Ropewalk.Diagnostics;

/// <summary>Tells how the last reload went.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Succeeded">True if the new configuration is in force; false if it was refused and nothing changed.</param>
/// <param name="Lines">What was done, or all errors, one line each.</param>
public sealed record ReloadStatus(DateTimeOffset At, bool Succeeded, IReadOnlyList<string> Lines);
