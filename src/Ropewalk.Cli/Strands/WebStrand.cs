using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Strands;

/// <summary>Serves a folder over HTTP: <c>ropewalk web [FOLDER]</c>.</summary>
internal sealed class WebStrand : ICommandStrand
{
    /// <summary>What <c>root</c> is called where the sample site inside the program is meant.</summary>
    internal const string SampleSite = "sample";

    private static readonly Setting<IReadOnlyList<EndpointSpec>> Listen = new ListSetting<EndpointSpec>(
        "listen", new EndpointFormat(), [EndpointSpec.Tcp("127.0.0.1", 8080)], "Where HTTP/1.1 and HTTP/2 are served.")
    {
        Fewest = 1,
    };

    private static readonly Setting<string> Root = new ScalarSetting<string>(
        "root", new PathFormat("a folder"), null!, "The folder that is served. Without one, the working folder for `ropewalk web`, and the sample site for `ropewalk up`.");

    private static readonly Setting<bool> Listing = new ScalarSetting<bool>(
        "listing", new FlagFormat(), true, "Answers a folder that has no index file with a list of its files.");

    /// <inheritdoc/>
    public SectionSchema Section { get; } = new("web", "Folders served over HTTP; one mapping each.", [Listen, Root, Listing])
    {
        Repeatable = true,
    };

    /// <inheritdoc/>
    public StrandPage Page { get; } = new(
        "Serves a folder over HTTP/1.1 and HTTP/2. Ranges, conditional requests, a listing of folders; hidden files stay hidden and nothing outside of the folder is reachable.",
        [(Root, "FOLDER")],
        [
            ("ropewalk web", "serves the working folder on http://127.0.0.1:8080"),
            ("ropewalk web ./site --listen 127.0.0.1:8000", "serves ./site on port 8000"),
            ("ropewalk web ./site -l tcp:127.0.0.1:8080 -l tls:127.0.0.1:8443:dev", "the same with TLS and a development certificate on a second port"),
        ],
        []);

    /// <inheritdoc/>
    public IReadOnlyList<(Setting Setting, string Text)>? UpDefaults { get; } = [(Listen, "tcp:127.0.0.1:8080")];

    /// <inheritdoc/>
    public StrandService Create(string name, SectionValues values, StrandContext context) => throw new NotImplementedException();
}
