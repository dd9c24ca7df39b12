using Ropewalk.Chat.Irc.Network;
using Ropewalk.Cli.Configuration.Formats;
using Ropewalk.Cli.Configuration.Schema;
using Ropewalk.Policies;

namespace Ropewalk.Cli.Strands;

/// <summary>Declares <c>classes:</c> of an IRC server: what connections of one kind may do.</summary>
internal static class IrcClassSettings
{
    private static readonly IrcConnectionClass Defaults = new();

    private static readonly Setting<string> Name = new ScalarSetting<string>("name", new TextFormat("a word", 30), null!, "The class's name.")
    {
        Required = true,
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<IReadOnlyList<string>> From = new ListSetting<string>("from", new NetworkFormat(), [], "The networks whose connections are of this class; none for all.") { Effect = TakesEffect.Live };

    private static readonly Setting<bool> Tls = new ScalarSetting<bool>("tls", new FlagFormat(), Defaults.RequiresTls, "Whether only connections on TLS are of this class.") { Effect = TakesEffect.Live };

    private static readonly Setting<bool> Account = new ScalarSetting<bool>("account", new FlagFormat(), Defaults.RequiresAccount, "Whether who comes in must log in with SASL; while `registration` is on, anybody may make the account just before.") { Effect = TakesEffect.Live };

    private static readonly Setting<string> Password = new ScalarSetting<string>("password", new TextFormat("a password", 200), null!, "What PASS must give.")
    {
        Secret = true,
        Effect = TakesEffect.Live,
    };

    private static readonly Setting<int> MaxConnections = new ScalarSetting<int>("max-connections", new NumberFormat(1, 1_000_000), Defaults.MaxConnections, "How many connections of the class may be open.") { Effect = TakesEffect.Live };

    private static readonly Setting<int> MaxPerAddress = new ScalarSetting<int>("max-per-address", new NumberFormat(1, 1_000_000), Defaults.MaxPerAddress, "How many of them from one address.") { Effect = TakesEffect.Live };

    private static readonly Setting<long> SendQueue = new ScalarSetting<long>("send-queue", new SizeFormat(16 * 1024, 1L << 30), Defaults.SendQueueBytes, "How much may wait for a client that does not read.") { Effect = TakesEffect.Live };

    private static readonly Setting<TimeSpan> Flood = new ScalarSetting<TimeSpan>(
        "flood-allowance", new DurationFormat(TimeSpan.Zero, TimeSpan.FromHours(1)), Defaults.FloodAllowance, "How far ahead of its penalties a client may be; 0 switches them off.")
    {
        Effect = TakesEffect.Live,
    };

    /// <summary>The mapping of one class.</summary>
    public static SectionSchema Schema { get; } = new("class", "A class of connections.", [Name, From, Tls, Account, Password, MaxConnections, MaxPerAddress, SendQueue, Flood]);

    /// <summary>Makes the class.</summary>
    public static IrcConnectionClass Read(SectionValues values) => new()
    {
        Name = values.Get(Name),
        From = values.Get(From) is { Count: > 0 } networks ? AddressSet.Parse(networks) : null,
        RequiresTls = values.Get(Tls),
        RequiresAccount = values.Get(Account),
        Password = values.Get(Password),
        MaxConnections = values.Get(MaxConnections),
        MaxPerAddress = values.Get(MaxPerAddress),
        SendQueueBytes = (int)values.Get(SendQueue),
        FloodAllowance = values.Get(Flood),
    };
}
