namespace Ropewalk.Cli.Configuration.Formats;

/// <summary>Says what is wrong inside a value.</summary>
/// <param name="Message">What, and what is allowed.</param>
/// <param name="Offset">The offending character of the text.</param>
internal readonly record struct ValueProblem(string Message, int Offset = 0);
