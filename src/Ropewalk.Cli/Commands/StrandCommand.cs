using System.CommandLine;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Sections;
using Ropewalk.Cli.Strands;

namespace Ropewalk.Cli.Commands;

/// <summary>Makes the command of a strand: <c>ropewalk web</c>, <c>ropewalk forward</c>.</summary>
internal static class StrandCommand
{
    /// <summary>Makes the command; its options are the settings of the strand's section.</summary>
    public static Command Make(ICommandStrand strand, CommandSurroundings surroundings)
    {
        var command = new CommandPage(strand.Name, strand.Page.Description) { Examples = strand.Page.Examples, Notes = strand.Page.Notes };
        var settings = new SettingOptions(strand.Section, strand.Page.Positional, command);
        var running = new RunningOptions(command, statusByDefault: false);
        command.SetAction(async result =>
        {
            string folder = surroundings.WorkingFolder;
            Origin origin = SettingOptions.OriginOf("command line", folder);
            var given = new MappingNode(origin, [new MappingEntry(strand.Section.Name, origin, settings.ToTree(result, folder)), .. running.ToEntries(result, folder)]);
            var loader = new ConfigurationLoader(CommandStrands.SchemaOf(strand), surroundings.Environment, folder);
            return await RunningServers.RunAsync(new RunSource(null, problems => loader.Load(BuiltIn(strand, folder), given, problems)), surroundings, hints: false);
        });
        return command;
    }

    /// <summary>What the command says by itself. Two commands side by side shall not fight for one port: only <c>up</c> has a status page unasked.</summary>
    private static MappingNode BuiltIn(ICommandStrand strand, string folder)
    {
        var origin = new Origin(ConfigurationSource.BuiltIn with { BaseFolder = folder });
        return new MappingNode(
            origin,
            [
                new MappingEntry(StatusSection.Schema.Name, origin, CommandStrands.SectionOf([(StatusSection.Enabled, "false")], origin)),
                new MappingEntry(strand.Section.Name, origin, CommandStrands.SectionOf(strand.Page.Defaults, origin)),
            ]);
    }
}
