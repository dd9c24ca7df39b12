using System.Text;
using Ropewalk.Chat.Irc.Network;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>What happens while a store takes its time: others go on, orders are kept, and nothing that was stored is lost.</summary>
public sealed class SlowStoreTests
{
    [Fact]
    public async Task OthersGoOnWhileOneWaits()
    {
        var records = new SlowRecordStore();
        await using IrcTestServer server = await IrcTestServer.StartAsync(records: records);
        (IrcTestClient alice, IrcTestClient bob) = await RegisterChannelAsync(server);
        records.Hold();
        await alice.SendAsync("TOPIC #x :new", "PRIVMSG #x :behind it");
        await bob.AskAsync("PRIVMSG #x :meanwhile");
        Assert.Equal(":bob!~bob@local PRIVMSG #x :meanwhile", await alice.ReadLineAsync());
        Assert.Empty(await bob.SyncAsync());
        records.Release();
        Assert.Equal(":alice!~alice@local TOPIC #x :new", await bob.ReadLineAsync());
        Assert.Equal(":alice!~alice@local PRIVMSG #x :behind it", await bob.ReadLineAsync());
    }

    [Fact]
    public async Task ChangesOfTwoAreMadeOneAfterTheOtherAndBothAreKept()
    {
        var records = new SlowRecordStore();
        await using (IrcTestServer server = await IrcTestServer.StartAsync(records: records))
        {
            (IrcTestClient alice, IrcTestClient bob) = await RegisterChannelAsync(server);
            records.Hold();
            await alice.SendAsync("MODE #x +b a");
            await IrcTestServer.UntilAsync(() => records.Waited == 1);
            await bob.SendAsync("MODE #x +b b");
            records.Release();
            await IrcTestServer.SyncAsync(alice, bob, alice);
        }

        await using IrcTestServer again = await IrcTestServer.StartAsync(records: records);
        Assert.Equal(["a!*@*", "b!*@*"], again.Server.Network.FindChannel("#x"u8)!.Bans.Entries.Select(entry => Encoding.UTF8.GetString(entry.Mask)).Order());
    }

    [Fact]
    public async Task WhatChangesWhileAChannelIsRegisteredIsKeptToo()
    {
        var records = new SlowRecordStore();
        await using (IrcTestServer server = await IrcTestServer.StartAsync(records: records))
        {
            IrcTestClient alice = await server.RegisterAccountAsync("alice");
            IrcTestClient bob = await server.RegisterAccountAsync("bob");
            await alice.AskAsync("JOIN #x");
            await bob.AskAsync("JOIN #x");
            await alice.AskAsync("MODE #x +o bob");
            await bob.SyncAsync();
            records.Hold();
            await alice.SendAsync("CS REGISTER #x");
            await IrcTestServer.UntilAsync(() => server.Server.Network.FindChannel("#x"u8)!.IsBeingRegistered);
            await bob.SendAsync("MODE #x +s", "CS REGISTER #x");
            await (await server.RegisterAsync("c")).SyncAsync();
            records.Release();
            string[] lines = await bob.SyncAsync();
            Assert.Contains(":bob!~bob@local MODE #x +s", lines);
            Assert.Contains(lines, line => line.EndsWith("registered already.", StringComparison.Ordinal));
            Assert.DoesNotContain(lines, line => line.Contains("+q bob", StringComparison.Ordinal));
        }

        await using IrcTestServer again = await IrcTestServer.StartAsync(records: records);
        IrcChannel channel = again.Server.Network.FindChannel("#x"u8)!;
        Assert.True(channel.Has(IrcChannelModes.Secret));
        Assert.Equal("alice", Encoding.UTF8.GetString(channel.Registration!.Founder));
    }

    [Fact]
    public async Task TwoWhoRegisterAtOnceGetOneFounder()
    {
        var records = new SlowRecordStore();
        await using IrcTestServer server = await IrcTestServer.StartAsync(records: records);
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        IrcTestClient bob = await server.RegisterAccountAsync("bob");
        await alice.AskAsync("JOIN #x");
        await bob.AskAsync("JOIN #x");
        await alice.AskAsync("MODE #x +o bob");
        records.Hold();
        await alice.SendAsync("CS REGISTER #x");
        await IrcTestServer.UntilAsync(() => server.Server.Network.FindChannel("#x"u8)!.IsBeingRegistered);
        await bob.SendAsync("CS REGISTER #x");
        await (await server.RegisterAsync("c")).SyncAsync();
        records.Release();
        await IrcTestServer.SyncAsync(alice, bob);
        IrcChannel channel = server.Server.Network.FindChannel("#x"u8)!;
        Assert.Equal("alice", Encoding.UTF8.GetString(channel.Registration!.Founder));
        Assert.Single(channel.Members, member => member.IsAtLeast(IrcMemberModes.Founder));
    }

    [Fact]
    public async Task WhoIsKilledMeanwhileHasStillChangedWhatWasStored()
    {
        var records = new SlowRecordStore();
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Operators = [new IrcOperatorBlock { Name = "admin", Account = "bob" }], records);
        (IrcTestClient alice, IrcTestClient bob) = await RegisterChannelAsync(server);
        await bob.AskAsync("OPER admin");
        records.Hold();
        await alice.SendAsync("TOPIC #x :last will");
        await IrcTestServer.UntilAsync(() => records.Waited == 1);
        await bob.AskAsync("KILL alice :now");
        records.Release();
        await IrcTestServer.UntilAsync(() => server.Server.Network.FindChannel("#x"u8)!.Topic is not null);
        Assert.Contains(":irc.test 332 bob #x :last will", await bob.AskAsync("TOPIC #x"));
        Assert.EndsWith("[Killed (bob (now))]", (await alice.ReadToEndAsync())[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnAccountThatOwnsAChannelIsNotDropped()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        (IrcTestClient alice, _) = await RegisterChannelAsync(server);
        Assert.EndsWith("The channel #x belongs to the account; drop or transfer it first.", Assert.Single(await alice.AskAsync("NS DROP alice")), StringComparison.Ordinal);
        await alice.AskAsync("CS TRANSFER #x bob");
        Assert.Contains("Your account is deleted", (await alice.AskAsync("NS DROP alice"))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task OfABanAndItsLiftingAtOnceTheLaterHolds()
    {
        var records = new SlowRecordStore();
        await using (IrcTestServer server = await StartWithOperatorsAsync(records))
        {
            (IrcTestClient alice, IrcTestClient bob) = await OperatorsAsync(server);
            records.Hold();
            await alice.SendAsync("KLINE bad!*@*");
            await IrcTestServer.UntilAsync(() => records.Waited == 1);
            await bob.SendAsync("UNKLINE bad!*@*");
            await (await server.RegisterAsync("c")).SyncAsync();
            records.Release();
            await IrcTestServer.SyncAsync(alice, bob);
            Assert.Empty(server.Server.Network.Bans.All);

            // And the other way round.
            await alice.AskAsync("KLINE worse!*@* :first");
            records.Hold();
            await alice.SendAsync("UNKLINE worse!*@*");
            await IrcTestServer.UntilAsync(() => records.Waited == 2);
            await bob.SendAsync("KLINE worse!*@* :second");
            await (await server.RegisterAsync("e")).SyncAsync();
            records.Release();
            await IrcTestServer.SyncAsync(alice, bob);
            Assert.Equal("second", Assert.Single(server.Server.Network.Bans.All).Reason);
        }

        await using IrcTestServer again = await StartWithOperatorsAsync(records);
        Assert.Equal(("worse!*@*", "second"), (Assert.Single(again.Server.Network.Bans.All).Mask, again.Server.Network.Bans.All.First().Reason));
    }

    private static async Task<IrcTestServer> StartWithOperatorsAsync(SlowRecordStore records) => await IrcTestServer.StartAsync(
        options =>
        {
            options.Records = records;
            options.Network.Operators = [];
        },
        records);

    private static async Task<(IrcTestClient Alice, IrcTestClient Bob)> OperatorsAsync(IrcTestServer server)
    {
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        IrcTestClient bob = await server.RegisterAccountAsync("bob");
        server.Server.Network.Apply(
            new IrcNetworkOptions { ServerName = "irc.test", NetworkName = "Test", Classes = server.Server.Options.Classes, Operators = [new IrcOperatorBlock { Name = "a", Account = "alice" }, new IrcOperatorBlock { Name = "b", Account = "bob" }] },
            server.Time.GetUtcNow());
        await alice.AskAsync("OPER a");
        await bob.AskAsync("OPER b");
        return (alice, bob);
    }

    // Alice founds, bob is an operator.
    private static async Task<(IrcTestClient Alice, IrcTestClient Bob)> RegisterChannelAsync(IrcTestServer server)
    {
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        IrcTestClient bob = await server.RegisterAccountAsync("bob");
        await alice.AskAsync("JOIN #x", "CS REGISTER #x", "CS ACCESS #x bob +o");
        await bob.AskAsync("JOIN #x");
        await alice.SyncAsync();
        return (alice, bob);
    }
}
