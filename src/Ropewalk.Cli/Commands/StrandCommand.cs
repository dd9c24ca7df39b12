using System.CommandLine;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Sections;
using Ropewalk.Cli.Strands;
using Ropewalk.Cli.Terminal;

namespace Ropewalk.Cli.Commands;

/// <summary>Makes the command of a strand: <c>ropewalk web</c>, <c>ropewalk forward</c>.</summary>
internal static class StrandCommand
{
    /// <summary>Makes the command; its options are the settings of the strand's section.</summary>
    public static Command Make(ICommandStrand strand, CommandSurroundings surroundings)
    {
        if (strand.Page.Verb is not { } verb)
        {
            return Make(strand, strand.Name, surroundings);
        }

        var all = new CommandPage(strand.Name, strand.Page.Summary);
        all.Add(Make(strand, verb, surroundings));
        foreach (Command other in strand.MakeOthers(surroundings))
        {
            all.Add(other);
        }

        // By itself it does nothing: which of them was meant?
        all.SetAction(_ =>
        {
            new HelpPage(surroundings.Console).Write(all);
            return ExitCode.Usage;
        });
        return all;
    }

    private static CommandPage Make(ICommandStrand strand, string name, CommandSurroundings surroundings)
    {
        var command = new CommandPage(name, strand.Page.Description) { Examples = strand.Page.Examples, Notes = strand.Page.Notes };
        Argument<string?>? file = strand.Page.TakesFile ? new Argument<string?>("FILE") { Description = "The configuration: YAML, or JSON.", Arity = ArgumentArity.ZeroOrOne } : null;
        if (file is not null)
        {
            file.Validators.Add(SettingOptions.RefuseOption);
            command.Add(file);
        }

        var settings = new SettingOptions(strand.Section, strand.Page.Positional, command);
        var running = new RunningOptions(command, statusByDefault: false);
        command.SetAction(async result =>
        {
            string folder = surroundings.WorkingFolder;
            Origin origin = SettingOptions.OriginOf("command line", folder);
            MappingNode own = settings.ToTree(result, folder);
            MappingEntry[] section = own.Entries.Count > 0 ? [new MappingEntry(strand.Section.Name, origin, own)] : [];
            var given = new MappingNode(origin, [.. section, .. running.ToEntries(result, folder)]);
            var loader = new ConfigurationLoader(CommandStrands.SchemaOf(strand), surroundings.Environment, folder);
            RunSource source = file is not null && result.GetValue(file) is { } path
                ? new RunSource(Path.GetFullPath(path, folder), problems => loader.LoadFile(path, given, problems, below: General(folder)))
                : new RunSource(null, problems => loader.Load(BuiltIn(strand, folder), given, problems));
            return await RunningServers.RunAsync(source, surroundings, hints: false);
        });
        return command;
    }

    /// <summary>What the command says by itself.</summary>
    private static MappingNode BuiltIn(ICommandStrand strand, string folder)
    {
        var origin = new Origin(ConfigurationSource.BuiltIn with { BaseFolder = folder });
        return new MappingNode(
            origin,
            [
                .. General(folder).Entries,
                new MappingEntry(strand.Section.Name, origin, CommandStrands.SectionOf(strand.Page.Defaults, origin)),
            ]);
    }

    /// <summary>What it says of the process. Two commands side by side shall not fight for one port: only <c>up</c> has a status page unasked.</summary>
    private static MappingNode General(string folder)
    {
        var origin = new Origin(ConfigurationSource.BuiltIn with { BaseFolder = folder });
        return new MappingNode(origin, [new MappingEntry(StatusSection.Schema.Name, origin, CommandStrands.SectionOf([(StatusSection.Enabled, "false")], origin))]);
    }
}
