namespace Ropewalk.Cli.Terminal;

/// <summary>Tells what the process is asked from outside.</summary>
internal interface ISignals
{
    /// <summary>
    /// Takes the signals over. Until then each does what the system has it do: a command that waits for a file ends at the first Ctrl-C.
    /// </summary>
    void Listen();

    /// <summary>Gets a token that is cancelled when the process shall stop in good order: the first Ctrl-C, SIGTERM.</summary>
    CancellationToken Stop { get; }

    /// <summary>Gets a token that is cancelled when it shall stop at once: the second one.</summary>
    CancellationToken Abort { get; }

    /// <summary>Is raised when the configuration shall be read again: SIGHUP.</summary>
    event Action? Reload;
}
