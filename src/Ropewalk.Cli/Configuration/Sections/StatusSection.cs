using System.Net;
using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Endpoints;

namespace Ropewalk.Cli.Configuration.Sections;

/// <summary>Declares <c>status:</c>.</summary>
internal static class StatusSection
{
    /// <summary>Whether there is a status page.</summary>
    public static readonly Setting<bool> Enabled = new ScalarSetting<bool>(
        "enabled", new FlagFormat(), true, "Whether the status page is served.")
    {
        Effect = TakesEffect.Listeners,
    };

    /// <summary>Where the status page listens.</summary>
    public static readonly Setting<EndpointSpec> Listen = new ScalarSetting<EndpointSpec>(
        "listen", new EndpointFormat(), EndpointSpec.Tcp("127.0.0.1", 8090), "Where the status page, `/status.json` and `/metrics` are served.")
    {
        Effect = TakesEffect.Listeners,
    };

    /// <summary>Names under which the page may be asked for.</summary>
    public static readonly Setting<IReadOnlyList<string>> Hosts = new ListSetting<string>(
        "hosts", new TextFormat("a host name", 253), [], "Further names in the `Host` header that are answered, beside `localhost` and addresses; any other name is refused, against DNS rebinding.")
    {
        Effect = TakesEffect.Live,
    };

    /// <summary>Whether others than this machine may see the page.</summary>
    public static readonly Setting<bool> Expose = new ScalarSetting<bool>(
        "expose", new FlagFormat(), false, "Whether `listen` may be reachable from other machines. The page has no password.")
    {
        Effect = TakesEffect.Listeners,
    };

    /// <summary>The section.</summary>
    public static readonly SectionSchema Schema = new("status", "The status page: a web page, the same as JSON, and Prometheus metrics.", [Enabled, Listen, Hosts, Expose])
    {
        Check = CheckExposure,
    };

    private static void CheckExposure(SectionValues values, ConfigurationProblems problems)
    {
        EndpointSpec listen = values.Get(Listen);
        bool elsewhere = listen.Port is not null && !(listen.Host == "localhost" || listen.Address is { } address && IPAddress.IsLoopback(address));
        if (elsewhere && !values.Get(Expose))
        {
            problems.Add(values.OriginOf(Listen), Listen.Label(values.OriginOf(Listen)) + "the status page has no password and belongs on a loopback address; 'expose: true' allows others");
        }
    }
}
