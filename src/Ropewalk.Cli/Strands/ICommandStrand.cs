using System.CommandLine;
using Ropewalk.Cli.Commands;
using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Setting = Ropewalk.Cli.Configuration.Schema.Setting;

namespace Ropewalk.Cli.Strands;

/// <summary>
/// Is one strand as the command knows it. A new strand is one class that implements this and one line in <see cref="CommandStrands"/>: its
/// section, its command with all options, its help page, its environment variables and its rows in docs/configuration.md follow.
/// </summary>
internal interface ICommandStrand
{
    /// <summary>Gets the name: the section's key, the command's name, and the kind on the status page.</summary>
    string Name => Section.Name;

    /// <summary>Gets what may be configured. <see cref="StrandSettings.Name"/> and <see cref="Listen"/> are among the settings.</summary>
    SectionSchema Section { get; }

    /// <summary>Gets the setting that says where the strand listens; null for one that listens nowhere and connects to others.</summary>
    Setting<IReadOnlyList<EndpointSpec>>? Listen { get; }

    /// <summary>Gets the text of the command's help page, and which settings are given by their place.</summary>
    StrandPage Page { get; }

    /// <summary>Makes the strand's other commands, where it has several; the one that runs it is <see cref="StrandPage.Verb"/>.</summary>
    IEnumerable<Command> MakeOthers(CommandSurroundings surroundings) => [];

    /// <summary>Gets what <c>ropewalk up</c> runs of this strand when it is given no file: settings as they would be written. Null: nothing.</summary>
    IReadOnlyList<(Setting Setting, string Text)>? UpDefaults { get; }

    /// <summary>Gets where a service listens, completed with what the strand's protocol needs.</summary>
    IReadOnlyList<EndpointSpec> EndpointsOf(SectionValues values) => Listen is { } listen ? values.Get(listen) : [];

    /// <summary>Tells whether one of these endpoints is opened with a browser; it is then shown as an address of the web.</summary>
    bool IsForBrowsers(SectionValues values, EndpointSpec endpoint) => false;

    /// <summary>Checks what can be checked without listening, such as whether folders exist. Called by <c>check</c> and before each start or reload.</summary>
    void Probe(SectionValues values, ConfigurationProblems problems)
    {
    }

    /// <summary>Reads the files that a service would be made of, and tells what is wrong in them. Called by <c>check</c>, when the configuration itself is right; a start finds it by itself.</summary>
    ValueTask CheckFilesAsync(SectionValues values, ConfigurationProblems problems, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Makes a service of one mapping of the section. It listens on nothing: the runner does.</summary>
    /// <exception cref="Exception">It cannot be made; the message is told to the operator beside the service's name.</exception>
    ValueTask<ServiceInstance> StartAsync(SectionValues values, ServiceContext context, CancellationToken cancellationToken);

    /// <summary>Says in a few words what a service does, for the list of what runs.</summary>
    string Describe(SectionValues values);

    /// <summary>Says where a service that listens nowhere goes to, for the list of what runs.</summary>
    string WhereOf(SectionValues values) => "";

    /// <summary>Lists what to try with a service that listens nowhere.</summary>
    IEnumerable<(string Line, string Meaning)> Try(SectionValues values) => [];

    /// <summary>Lists commands to try against one endpoint of a running service, each with what it shows; of two that show the same the first is told.</summary>
    IEnumerable<(string Line, string Meaning)> Try(SectionValues values, RunningEndpoint endpoint) => [];
}
