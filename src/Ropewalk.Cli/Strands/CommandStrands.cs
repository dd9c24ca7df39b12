using Ropewalk.Blocking;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Cli.Configuration.Sections;
using Ropewalk.Endpoints;
using Ropewalk.Security.Tls;

namespace Ropewalk.Cli.Strands;

/// <summary>Lists the strands that the command knows, and what follows from the list.</summary>
internal static class CommandStrands
{
    /// <summary>The strands, in the order of help pages, printed configurations and the status page.</summary>
    public static IReadOnlyList<ICommandStrand> All { get; } = [new WebStrand(), new IrcStrand(), new BotStrand(), new DnsStrand(), new ForwardStrand()];

    /// <summary>The strands as kinds of services; one object each, as a reload compares kinds.</summary>
    public static IReadOnlyList<StrandKind> Kinds { get; } = [.. All.Select(s => new StrandKind(s))];

    /// <summary>The sections that concern the process and not one strand.</summary>
    public static IReadOnlyList<SectionSchema> General { get; } = [StatusSection.Schema, LogSection.Schema, LimitsSection.Schema, StopSection.Schema, StorageSection.Schema, TelemetrySection.Schema];

    /// <summary>The schema of a whole file.</summary>
    public static ConfigurationSchema Schema { get; } = new([.. General, .. All.Select(s => s.Section)]);

    /// <summary>Makes the schema of a command that runs one strand.</summary>
    public static ConfigurationSchema SchemaOf(ICommandStrand strand) => new([.. General, strand.Section]) { IsWhole = false };

    /// <summary>Makes the tree of what <c>ropewalk up</c> runs without a file.</summary>
    public static MappingNode BuiltIn(string workingFolder)
    {
        var origin = new Origin(ConfigurationSource.BuiltIn with { BaseFolder = workingFolder });
        return new MappingNode(origin, [.. All.Where(s => s.UpDefaults is not null).Select(s => new MappingEntry(s.Section.Name, origin, SectionOf(s.UpDefaults!, origin)))]);
    }

    /// <summary>Checks of every configured service what can be checked without listening.</summary>
    public static void Probe(EffectiveConfiguration configuration, ConfigurationProblems problems)
    {
        foreach (ICommandStrand strand in All)
        {
            foreach (SectionValues values in configuration.All(strand.Section))
            {
                strand.Probe(values, problems);
            }
        }
    }

    /// <summary>Reads the files that the configured services would be made of, the certificates of their endpoints among them, and tells what is wrong in them.</summary>
    public static async ValueTask CheckFilesAsync(EffectiveConfiguration configuration, ConfigurationProblems problems, CancellationToken cancellationToken)
    {
        foreach (ICommandStrand strand in All)
        {
            foreach (SectionValues values in configuration.All(strand.Section))
            {
                Origin origin = strand.Listen is { } listen ? values.OriginOf(listen) : values.Origin;
                foreach (EndpointSpec endpoint in strand.EndpointsOf(values))
                {
                    IReadOnlyList<string> errors = await BlockingWork.RunAsync(() => TlsEndpoints.FindErrors(endpoint), cancellationToken);
                    errors.ToList().ForEach(error => problems.Add(origin, error));
                }

                await strand.CheckFilesAsync(values, problems, cancellationToken);
            }
        }
    }

    /// <summary>Makes a section's tree of settings as they would be written.</summary>
    public static MappingNode SectionOf(IReadOnlyList<(Setting Setting, string Text)> settings, Origin origin)
    {
        return new MappingNode(origin, [.. settings.Select(s => new MappingEntry(s.Setting.Name, origin, new ScalarNode(origin, s.Text, plain: true)))]);
    }
}
