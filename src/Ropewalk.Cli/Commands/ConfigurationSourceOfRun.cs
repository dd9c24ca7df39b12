using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Strands;

namespace Ropewalk.Cli.Commands;

/// <summary>Loads the configuration of a running <c>ropewalk up</c>: at the start, and again at each reload.</summary>
/// <param name="file">The file, or null for the built-in configuration.</param>
/// <param name="given">What the command line says; it counts at reloads too.</param>
/// <param name="surroundings">The environment and the working folder.</param>
internal sealed class ConfigurationSourceOfRun(string? file, MappingNode given, CommandSurroundings surroundings)
{
    /// <summary>Gets the file's full path, or null for the built-in configuration.</summary>
    public string? FilePath { get; } = file is null ? null : Path.GetFullPath(file, surroundings.WorkingFolder);

    /// <summary>Loads and probes it.</summary>
    /// <returns>The configuration, or null; then <paramref name="problems"/> has everything that is wrong.</returns>
    public EffectiveConfiguration? Load(ConfigurationProblems problems)
    {
        var loader = new ConfigurationLoader(CommandStrands.Schema, surroundings.Environment, surroundings.WorkingFolder);
        EffectiveConfiguration? configuration = file is null
            ? loader.Load(CommandStrands.BuiltIn(surroundings.WorkingFolder), given, problems)
            : loader.LoadFile(file, given, problems);
        if (configuration is not null)
        {
            CommandStrands.Probe(configuration, problems);
        }

        return problems.None ? configuration : null;
    }
}
