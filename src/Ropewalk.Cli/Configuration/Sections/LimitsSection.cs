using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;

namespace Ropewalk.Cli.Configuration.Sections;

/// <summary>Declares <c>limits:</c>: what holds for the connections of all services together, the status page's excepted.</summary>
internal static class LimitsSection
{
    /// <summary>The most in all.</summary>
    public static readonly Setting<int> Connections = Count("connections", 10_000, "The most connections at once, over all services.");

    /// <summary>The most from one address.</summary>
    public static readonly Setting<int> PerAddress = Count("per-address", 1000, "The most from one address. A server that is open to the world does with 50.");

    /// <summary>The most from one IPv6 network.</summary>
    public static readonly Setting<int> PerNetwork = Count("per-network", 1000, "The most from one IPv6 /64, which is what one customer is given.");

    /// <summary>Who may connect.</summary>
    public static readonly Setting<IReadOnlyList<string>> Allow = Networks("allow", "The addresses and networks that may connect; none means all.");

    /// <summary>Who may not.</summary>
    public static readonly Setting<IReadOnlyList<string>> Deny = Networks("deny", "The addresses and networks that may not connect, whatever `allow` says.");

    /// <summary>The section.</summary>
    public static readonly SectionSchema Schema = new(
        "limits",
        "What holds for the connections of all services together; the status page is exempt. Peers without an address (Unix sockets) count in all only.",
        [Connections, PerAddress, PerNetwork, Allow, Deny]);

    private static ScalarSetting<int> Count(string name, int standard, string doc) => new(name, new NumberFormat(1, 10_000_000), standard, doc) { Effect = TakesEffect.NewConnections };

    private static ListSetting<string> Networks(string name, string doc) => new(name, new NetworkFormat(), [], doc) { Effect = TakesEffect.NewConnections, Most = 10_000 };
}
