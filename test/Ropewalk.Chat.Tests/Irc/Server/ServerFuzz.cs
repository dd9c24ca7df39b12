using System.Text;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Transports;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>The whole server under many clients at once: who owns the network, what is awaited, who comes and goes.</summary>
public sealed class ServerFuzz
{
    private static readonly string[] Lines =
    [
        "JOIN #a", "JOIN #b,#c", "PART #a", "PRIVMSG #a :hi", "PRIVMSG #b,#c :hi", "TOPIC #a :t{0}", "MODE #a +b m{0}", "MODE #a -b m{0}", "MODE #a +s", "MODE #a -s", "NICK x{0}", "KICK #a x{0}", "AWAY :x", "AWAY",
        "WHO *", "LIST", "NAMES #a", "MONITOR + x1,x2,x3", "MONITOR - x1", "CS REGISTER #b", "CS DROP #b", "NS IDENTIFY x{0} password-x{0}", "REGISTER x{0}acc * password", "NS LOGOUT", "CHATHISTORY LATEST #a * 5",
        "INVITE x{0} #c", "OPER admin password-root", "KLINE 1 nobody{0}", "UNKLINE nobody{0}", "KILL x{0}", "MODE x{0} +i", "CAP REQ :batch labeled-response", "@label=z NAMES #b", "QUIT :bye", "CS ACCESS #b x{0} +o",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task ClientsAtOnceLeaveTheStateWhole(int seed)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options =>
        {
            options.Network.Operators = [new IrcOperatorBlock { Name = "admin", Account = "root" }];
            options.Network.Limits.ListEntries = 5;
        });
        IrcTestClient root = await server.RegisterAccountAsync("root");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => ChatAsync(server, new Random((seed * 100) + i), TestContext.Current.CancellationToken))));

        // Who was killed may not have noticed yet.
        await IrcTestServer.UntilAsync(() => server.Server.Network.Counts.Unknown + server.Server.Network.Counts.Registered == 1);
        await root.SyncAsync();
        IrcNetwork network = server.Server.Network;
        Assert.Equal((1, 0), (network.Counts.Registered, network.Counts.Unknown));
        Assert.Equal(["root"], network.Users.Values.Select(user => Encoding.UTF8.GetString(user.Nick)));
        Assert.All(network.Channels.Values, channel => Assert.NotNull(channel.Registration));
        Assert.All(network.Channels.Values, channel => Assert.Empty(channel.Members));
        Assert.False(network.HasWork);
    }

    [Fact]
    public async Task AConnectionWithoutAnOutboundQueueIsServedAsWell()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a");
        IrcTestClient bare = server.ConnectFrom("198.51.100.1", features: features => features.Set<IOutboundQueueFeature>(null));
        await bare.RegisterAsync("bare");
        await alice.AskAsync("JOIN #x");
        Assert.Equal(3, (await bare.AskAsync("JOIN #x")).Length);
        await alice.SyncAsync();
        await alice.AskAsync("PRIVMSG #x :hi");
        Assert.Equal([":a!~a@local PRIVMSG #x :hi"], await bare.SyncAsync());
        for (int i = 0; i < 3000; i++)
        {
            server.Server.Network.AddChannel(Encoding.ASCII.GetBytes(FormattableString.Invariant($"#c{i}"))).Add(server.Server.Network.FindUser("a"u8)!);
        }

        Assert.Equal(3003, (await bare.AskAsync("LIST")).Length);
        await bare.SendAsync("QUIT :bye");
        Assert.EndsWith("[Quit: bye]", Assert.Single(await bare.ReadToEndAsync()), StringComparison.Ordinal);
    }

    private static async Task ChatAsync(IrcTestServer server, Random random, CancellationToken cancellationToken)
    {
        for (int round = 0; round < 5 && !cancellationToken.IsCancellationRequested; round++)
        {
            IrcTestClient client = await server.ConnectAsync();
            try
            {
                await client.SendAsync($"NICK x{random.Next(6)}", "USER x 0 * :X", $"NICK y{random.Next(1_000_000)}");
                for (int i = 0; i < 60; i++)
                {
                    await client.SendAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, Lines[random.Next(Lines.Length)], random.Next(6)));
                    if (i % 10 == 0)
                    {
                        await client.SyncAsync();
                    }
                }

                await client.SendAsync("QUIT");
                await client.ReadToEndAsync();
            }
            catch (Exception exception) when (exception is InvalidOperationException or IOException)
            {
                // Killed, or gone by its own QUIT.
            }

            await client.DisposeAsync();
        }
    }
}
