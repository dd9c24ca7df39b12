using Microsoft.AspNetCore.Connections;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Server;
using Ropewalk.Chat.Irc.Server.WebClient;
using Ropewalk.Client;
using Ropewalk.Endpoints;
using Ropewalk.Policies;
using Ropewalk.Server;
using Ropewalk.WebSockets;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>Behind a relay that speaks the PROXY protocol, a user's address is the one that the header tells, wherever an address counts.</summary>
public sealed class RelayedAddressTests
{
    [Fact]
    public async Task Operators_see_the_address_and_others_its_cloak()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient root = await OperAsync(server);
        IrcTestClient relayed = await server.ConnectRelayedAsync("198.51.100.7");
        await relayed.RegisterAsync("far");
        Assert.Contains(":irc.test 378 root far :is connecting from 198.51.100.7", await root.AskAsync("WHOIS far"));
        IrcTestClient direct = server.ConnectFrom("198.51.100.7");
        await direct.RegisterAsync("near");
        string[] told = await direct.AskAsync("WHOIS far");
        Assert.DoesNotContain(told, line => line.Contains("198.51.100", StringComparison.Ordinal));
        // one address has one cloak, whichever way its user has come
        Assert.Equal(HostOf(await direct.AskAsync("USERHOST far")), HostOf(await relayed.AskAsync("WHOIS near")));
    }

    [Fact]
    public async Task The_address_is_banned_and_not_the_relay()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient root = await OperAsync(server);
        IrcTestClient bad = await server.ConnectRelayedAsync("198.51.100.7");
        await bad.RegisterAsync("bad");
        IrcTestClient masked = await server.ConnectRelayedAsync("203.0.113.9");
        await masked.RegisterAsync("masked");
        IrcTestClient good = await server.ConnectRelayedAsync("2001:db8:1::7");
        await good.RegisterAsync("good");
        await root.AskAsync("DLINE 198.51.100.0/24 :spam", "KLINE *@203.0.113.* :more spam");
        Assert.Contains("[Banned: spam]", (await bad.ReadToEndAsync())[^1], StringComparison.Ordinal);
        Assert.Contains("[Banned: more spam]", (await masked.ReadToEndAsync())[^1], StringComparison.Ordinal);
        Assert.Empty(await good.SyncAsync());
        Assert.Contains("[Banned: spam]", Assert.Single(await (await server.ConnectRelayedAsync("198.51.100.8")).ReadToEndAsync()), StringComparison.Ordinal);
        await (await server.ConnectRelayedAsync("198.51.101.8")).RegisterAsync("neighbour");
    }

    [Fact]
    public async Task Limits_and_classes_go_by_the_address()
    {
        await using IrcTestServer server = await StartAsync(options => options.Network.Classes =
        [
            new IrcConnectionClass { Name = "known", From = AddressSet.Parse(["203.0.113.0/24"]), MaxPerAddress = 2 },
            new IrcConnectionClass { Name = "others", MaxPerAddress = 1 },
        ]);
        await (await server.ConnectRelayedAsync("198.51.100.7")).RegisterAsync("a");
        Assert.EndsWith("[Too many connections from your address]", Assert.Single(await (await server.ConnectRelayedAsync("198.51.100.7")).ReadToEndAsync()), StringComparison.Ordinal);
        // the same address without a relay between
        Assert.EndsWith("[Too many connections from your address]", Assert.Single(await server.ConnectFrom("198.51.100.7").ReadToEndAsync()), StringComparison.Ordinal);
        await (await server.ConnectRelayedAsync("198.51.100.8")).RegisterAsync("b");
        await (await server.ConnectRelayedAsync("203.0.113.1")).RegisterAsync("c");
        await (await server.ConnectRelayedAsync("203.0.113.1")).RegisterAsync("d");
        Assert.EndsWith("[Too many connections from your address]", Assert.Single(await (await server.ConnectRelayedAsync("203.0.113.1")).ReadToEndAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passwords_are_not_taken_in_the_clear_from_whom_a_relay_of_this_machine_brings()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient far = await server.ConnectRelayedAsync("198.51.100.7");
        await far.SendAsync("CAP LS 302");
        // the relay is known by the memory that it comes through: as the server's own machine, where PLAIN would be offered
        Assert.Contains(" sasl=SCRAM-SHA-256 ", (await far.ReadUntilAsync(line => line.Contains(" LS :", StringComparison.Ordinal)))[^1], StringComparison.Ordinal);
        IrcTestClient here = await server.ConnectAsync();
        await here.SendAsync("CAP LS 302");
        Assert.Contains(" sasl=SCRAM-SHA-256,PLAIN ", (await here.ReadUntilAsync(line => line.Contains(" LS :", StringComparison.Ordinal)))[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_behind_the_page_has_the_address_too()
    {
        await using IrcTestServer server = await StartAsync();
        IrcTestClient root = await OperAsync(server);
        var endpoints = new EndpointContext();
        await using var listeners = new ConnectionServer(endpoints);
        await using IrcWebClient web = await IrcWebClient.StartAsync(server.Server);
        await listeners.ListenAsync(@"proxy:trust=unix:then=mem\:web", web.Connections);
        await using ConnectionContext connection = await new ConnectionClient(endpoints).ConnectAsync("mem:web");
        await connection.Transport.Output.WriteAsync("PROXY TCP4 198.51.100.7 192.0.2.1 50000 443\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        await connection.UpgradeToWebSocketAsync(new WebSocketClientOptions { Host = "chat.test", Path = "/socket", Messages = WebSocketMessages.Lines }, TestContext.Current.CancellationToken);
        var ann = new IrcTestClient(connection);
        await ann.RegisterAsync("ann");
        Assert.Contains(":irc.test 378 root ann :is connecting from 198.51.100.7", await root.AskAsync("WHOIS ann"));
        await root.AskAsync("DLINE 198.51.100.7 :spam");
        Assert.Contains("[Banned: spam]", (await ann.ReadToEndAsync())[^1], StringComparison.Ordinal);
    }

    private static Task<IrcTestServer> StartAsync(Action<IrcServerOptions>? configure = null) => IrcTestServer.StartAsync(options =>
    {
        options.Network.Operators = [new IrcOperatorBlock { Name = "root", Account = "root" }];
        configure?.Invoke(options);
    });

    private static async Task<IrcTestClient> OperAsync(IrcTestServer server)
    {
        IrcTestClient root = await server.RegisterAccountAsync("root");
        await root.AskAsync("OPER root");
        return root;
    }

    private static string HostOf(string[] answers)
    {
        string line = answers[0];
        return line.Contains(" 302 ", StringComparison.Ordinal) ? line.Split('@')[1] : line.Split(' ')[5];
    }
}
