using Ropewalk.Cli.Configuration.Schema;

namespace Ropewalk.Cli.Configuration;

/// <summary>
/// Makes the configuration that counts. Each source becomes a tree; the trees are laid over each other in the order file (or built-in),
/// environment, command line; the result is checked once, so that every problem is told with the place where it was written.
/// </summary>
internal sealed class ConfigurationLoader(ConfigurationSchema schema, IReadOnlyDictionary<string, string> environment, string workingFolder)
{
    /// <summary>Loads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="commandLine">What lies over it, or null.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="below">What lies below it, or null.</param>
    /// <returns>The configuration, or null if anything is wrong; then <paramref name="problems"/> has all of it.</returns>
    public EffectiveConfiguration? LoadFile(string path, MappingNode? commandLine, ConfigurationProblems problems, MappingNode? below = null)
    {
        MappingNode? root = ConfigurationFile.Read(path, workingFolder, problems);
        return root is null ? null : Load(below is null ? root : TreeOverlay.Lay(root, below, problems), commandLine, problems);
    }

    /// <summary>Loads from a tree that was made in code.</summary>
    public EffectiveConfiguration? Load(MappingNode root, MappingNode? commandLine, ConfigurationProblems problems)
    {
        MappingNode fromEnvironment = Known(EnvironmentTree.Read(environment, workingFolder, problems));
        root = TreeOverlay.Lay(fromEnvironment, root, problems);
        if (commandLine is not null)
        {
            root = TreeOverlay.Lay(commandLine, root, problems);
        }

        EffectiveConfiguration read = schema.Read(root, problems);
        return problems.None ? read : null;
    }

    /// <summary>A command that runs one strand knows only that strand's section; variables for the others are not its business.</summary>
    private MappingNode Known(MappingNode fromEnvironment)
    {
        return schema.IsWhole ? fromEnvironment : new MappingNode(fromEnvironment.Origin, [.. fromEnvironment.Entries.Where(e => schema.Sections.Any(s => s.Name == e.Key))]);
    }
}
