namespace Ropewalk.Cli.Commands;

/// <summary>Names what the command's exit codes mean. The values are part of its face: docs/command.md lists them.</summary>
internal static class ExitCode
{
    /// <summary>All is well; a server was asked to stop and did so in good order.</summary>
    public const int Done = 0;

    /// <summary>Something failed while starting or running: a port in use, no permission, a service that stopped by itself.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The configuration is wrong or cannot be read (<c>EX_CONFIG</c> of sysexits.h).</summary>
    public const int Configuration = 78;

    /// <summary>A second Ctrl-C cut the orderly stop short, or the first ended a command before it had its result (128 + SIGINT, as shells have it).</summary>
    public const int Aborted = 130;

    /// <summary>Lists them for the help pages.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Done, "done; a server was asked to stop and stopped in good order"),
        (Failed, "it could not start, or failed while running; seeds found a failure"),
        (Usage, "the command line is wrong"),
        (Configuration, "the configuration is wrong or cannot be read"),
        (Aborted, "a second Ctrl-C cut the stop short; or Ctrl-C ended seeds"),
    ];
}
