using Ropewalk.Cli.Configuration;

namespace Ropewalk.Cli.Commands;

internal static class RunningServers
{
    public static Task<int> RunAsync(EffectiveConfiguration configuration, ConfigurationSourceOfRun? source, CommandSurroundings surroundings) => throw new CommandException(ExitCode.Failed, "running servers is not there yet");
}
