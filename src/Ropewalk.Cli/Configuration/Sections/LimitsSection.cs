using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Policies;

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
    public static readonly Setting<IReadOnlyList<string>> Allow = Networks("allow", "The addresses and networks that may connect or send datagrams; none means all.");

    /// <summary>Who may not.</summary>
    public static readonly Setting<IReadOnlyList<string>> Deny = Networks("deny", "The addresses and networks that may not, whatever `allow` says.");

    /// <summary>The most that one connection has received and not consumed.</summary>
    public static readonly Setting<long> ConnectionInput = Size(
        "connection-input", Standard.ConnectionInputBytes, "The most bytes that one connection may have received and its handler not consumed; above it is cut.");

    /// <summary>The most that one connection has not sent.</summary>
    public static readonly Setting<long> ConnectionOutput = Size(
        "connection-output", Standard.ConnectionOutputBytes, "The most bytes that one connection may have to send while its peer does not read; above it is cut.");

    /// <summary>The total above which the largest pause.</summary>
    public static readonly Setting<long> MemorySoft = Size(
        "memory-soft", HardTotalBytes / 2, "What the buffers of all connections may hold together before nothing more is read from those that hold the most.");

    /// <summary>The total above which the largest are cut.</summary>
    public static readonly Setting<long> MemoryHard = Size(
        "memory-hard", HardTotalBytes, "What they may hold together before the one with the most output is cut, and the next; not below `memory-soft`.");

    /// <summary>The section.</summary>
    public static readonly SectionSchema Schema = new(
        "limits",
        "What holds for the connections of all services together; the status page is exempt. Peers without an address (Unix sockets) count in all only.",
        [Connections, PerAddress, PerNetwork, Allow, Deny, ConnectionInput, ConnectionOutput, MemorySoft, MemoryHard])
    {
        Check = CheckTotals,
    };

    /// <summary>1 GiB: a download whose reader takes nothing holds some 170 KiB, and 6,000 of those are no reason to cut one.</summary>
    private const long HardTotalBytes = 1L << 30;

    private static MemoryBudget Standard => new();

    private static ScalarSetting<int> Count(string name, int standard, string doc) => new(name, new NumberFormat(1, 10_000_000), standard, doc) { Effect = TakesEffect.NewConnections };

    // 4 KiB is the engine's own least (MemoryBudget); 1 TiB is more than any machine's buffers
    private static ScalarSetting<long> Size(string name, long standard, string doc) => new(name, new SizeFormat(4096, 1L << 40), standard, doc) { Effect = TakesEffect.Live };

    private static ListSetting<string> Networks(string name, string doc) => new(name, new NetworkFormat(), [], doc) { Effect = TakesEffect.NewConnections, Most = 10_000 };

    private static void CheckTotals(SectionValues values, ConfigurationProblems problems)
    {
        if (values.Get(MemoryHard) < values.Get(MemorySoft))
        {
            // told where the file has it: the other one may be the default
            Setting<long> written = values.OriginOf(MemoryHard).Source.Kind == ConfigurationSourceKind.Default ? MemorySoft : MemoryHard;
            problems.Add(
                values.OriginOf(written),
                written.Label(values.OriginOf(written)) + $"'memory-hard' ({SizeFormat.Text(values.Get(MemoryHard))}) must not be below 'memory-soft' ({SizeFormat.Text(values.Get(MemorySoft))})");
        }
    }
}
