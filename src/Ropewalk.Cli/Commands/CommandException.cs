namespace Ropewalk.Cli.Commands;

/// <summary>Ends a command with one clear line and an exit code, where no stack trace would help anybody.</summary>
internal sealed class CommandException(int code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Gets the exit code.</summary>
    public int Code { get; } = code;
}
