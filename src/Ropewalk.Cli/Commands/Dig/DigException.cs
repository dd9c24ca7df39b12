namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Ends a command line of dig with one of dig's own codes.</summary>
/// <param name="code">The code.</param>
/// <param name="message">What is said on standard error, as dig says it; null if it has been said.</param>
internal sealed class DigException(int code, string message) : Exception(message)
{
    /// <summary>Gets the code.</summary>
    public int Code => code;
}
