using Ropewalk.Chat.Irc.Network;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>ChanServ, and channels that belong to somebody: what is kept of them, over a restart and against a store that fails.</summary>
public sealed class RegisteredChannelTests
{
    [Fact]
    public async Task AnOperatorWithAnAccountRegistersAChannel()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        IrcTestClient bob = await server.RegisterAsync("bob");
        await alice.AskAsync("JOIN #x");
        await bob.AskAsync("JOIN #x,#y");
        await alice.SyncAsync();
        Assert.Contains("You must be logged in", Assert.Single(await bob.AskAsync("CS REGISTER #y")), StringComparison.Ordinal);
        Assert.Contains("There is no such channel", Assert.Single(await alice.AskAsync("CS REGISTER #none")), StringComparison.Ordinal);
        Assert.Contains("You must be an operator", Assert.Single(await alice.AskAsync("CS REGISTER #y")), StringComparison.Ordinal);
        Assert.Equal(
            [":ChanServ!ChanServ@irc.test NOTICE alice :#x is registered and belongs to alice.", ":irc.test MODE #x +r", ":ChanServ!ChanServ@irc.test MODE #x +q alice"],
            await alice.AskAsync("PRIVMSG ChanServ :REGISTER #x"));
        Assert.Contains("registered already", Assert.Single(await alice.AskAsync("CS REGISTER #X")), StringComparison.Ordinal);
        Assert.Contains("#x: founder alice, registered ", Assert.Single(await bob.SyncAsync().ContinueWith(_ => bob.AskAsync("CS INFO #x"), TaskScheduler.Default).Unwrap()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereNobodyRegistersChannelsTheNetworksOperatorsDo()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options =>
        {
            options.Network.AllowsChannelRegistration = false;
            options.Network.Operators = [new IrcOperatorBlock { Name = "root", Account = "root" }];
        });
        IrcTestClient root = await server.RegisterAccountAsync("root");
        await root.AskAsync("JOIN #x");
        Assert.Contains("by the administrators", Assert.Single(await root.AskAsync("CS REGISTER #x")), StringComparison.Ordinal);
        await root.AskAsync("OPER root");
        Assert.Contains(":irc.test MODE #x +r", await root.AskAsync("CS REGISTER #x"));
    }

    [Fact]
    public async Task EverythingOfARegisteredChannelOutlastsItsMembersAndTheServer()
    {
        var records = new MemoryRecordStore();
        await using (IrcTestServer first = await IrcTestServer.StartAsync(records: records))
        {
            IrcTestClient alice = await first.RegisterAccountAsync("alice");
            await first.RegisterAccountAsync("bob");
            await alice.AskAsync("JOIN #X", "CS REGISTER #x", "TOPIC #x :the topic", "MODE #x +mskl-n key 7", "MODE #x +beI bad!*@* R:good m:x", "CS ACCESS #x bob +o", "PART #x");
            Assert.Contains(":irc.test 475 bob2 #X :Cannot join channel (+k): wrong key", await (await first.RegisterAsync("bob2")).AskAsync("JOIN #x"));
        }

        await using IrcTestServer second = await IrcTestServer.StartAsync(records: records);
        IrcTestClient bob = await second.RegisterAsync("b");
        await bob.AskAsync("NS IDENTIFY bob password-bob");
        string[] joined = await bob.AskAsync("JOIN #x");
        Assert.Contains(":irc.test 332 b #X :the topic", joined);
        Assert.Contains(joined, line => line.Contains(" 333 b #X alice ", StringComparison.Ordinal));
        Assert.Contains(":irc.test 353 b @ #X :@b", joined);
        Assert.Equal(":irc.test 324 b #X +mrstkl key 7", (await bob.AskAsync("MODE #x"))[0]);
        Assert.Contains(" 367 b #X bad!*@* alice ", (await bob.AskAsync("MODE #x b"))[0], StringComparison.Ordinal);
        Assert.Contains(" 348 b #X R:good alice ", (await bob.AskAsync("MODE #x e"))[0], StringComparison.Ordinal);
        Assert.Contains(" 346 b #X m:x!*@* alice ", (await bob.AskAsync("MODE #x I"))[0], StringComparison.Ordinal);
        IrcTestClient alice2 = await second.RegisterAsync("a");
        await alice2.AskAsync("NS IDENTIFY alice password-alice");
        Assert.Contains(":irc.test 353 a @ #X :@b ~a", await alice2.AskAsync("JOIN #x"));
        Assert.Contains(":irc.test MODE #X +qo a a", await bob.SyncAsync());
    }

    [Fact]
    public async Task WhatCannotBeKeptIsNotChanged()
    {
        var records = new MemoryRecordStore();
        await using IrcTestServer server = await IrcTestServer.StartAsync(records: records);
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        await alice.AskAsync("JOIN #x", "CS REGISTER #x", "TOPIC #x :old");
        records.ChangeFailure = RecordStoreFailure.Full;
        string refusal = ":irc.test FAIL * TEMPORARILY_UNAVAILABLE #x :The change could not be stored, and was not made";
        Assert.Equal([refusal], await alice.AskAsync("TOPIC #x :new"));
        Assert.Equal([refusal], await alice.AskAsync("MODE #x +m"));
        Assert.Equal([refusal], await alice.AskAsync("MODE #x +b x"));
        Assert.Equal([refusal], await alice.AskAsync("CS DROP #x"));
        Assert.Equal([refusal], await alice.AskAsync("CS ACCESS #x alice +o"));
        await alice.AskAsync("JOIN #y");
        Assert.Contains("TEMPORARILY_UNAVAILABLE #y", Assert.Single(await alice.AskAsync("CS REGISTER #y")), StringComparison.Ordinal);
        Assert.Contains(":irc.test 332 alice #x :old", await alice.AskAsync("TOPIC #x"));
        Assert.Equal(":irc.test 324 alice #x +nrt", (await alice.AskAsync("MODE #x"))[0]);
        Assert.Single(await alice.AskAsync("MODE #x b"));

        // Ranks are not kept, and so change.
        Assert.Equal([":alice!~alice@local MODE #x +v alice"], await alice.AskAsync("MODE #x +v alice"));
        records.ChangeFailure = null;
        Assert.Equal([":alice!~alice@local TOPIC #x :new"], await alice.AskAsync("TOPIC #x :new"));
    }

    [Fact]
    public async Task ConcurrentChangesLoseNone()
    {
        var records = new MemoryRecordStore();
        await using (IrcTestServer server = await IrcTestServer.StartAsync(records: records))
        {
            IrcTestClient alice = await server.RegisterAccountAsync("alice");
            IrcTestClient bob = await server.RegisterAccountAsync("bob");
            await alice.AskAsync("JOIN #x", "CS REGISTER #x", "CS ACCESS #x bob +o");
            await bob.AskAsync("JOIN #x");
            Task one = Task.WhenAll(alice.SendAsync([.. Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"MODE #x +b a{i}!*@*"))]));
            Task other = Task.WhenAll(bob.SendAsync([.. Enumerable.Range(0, 40).Select(i => FormattableString.Invariant($"MODE #x +b b{i}!*@*"))]));
            await Task.WhenAll(one, other);
            await IrcTestServer.SyncAsync(alice, bob, alice);
            Assert.Equal(80, server.Server.Network.FindChannel("#x"u8)!.Bans.Entries.Count);
        }

        await using IrcTestServer again = await IrcTestServer.StartAsync(records: records);
        Assert.Equal(80, again.Server.Network.FindChannel("#x"u8)!.Bans.Entries.Count);
    }

    [Fact]
    public async Task TheFounderGivesAndTakesRanks()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        IrcTestClient bob = await server.RegisterAccountAsync("bob");
        await alice.AskAsync("JOIN #x", "CS REGISTER #x");
        await bob.AskAsync("JOIN #x");
        Assert.Contains("Only the founder", Assert.Single(await bob.AskAsync("CS ACCESS #x bob +o")), StringComparison.Ordinal);
        Assert.Contains("does not do", Assert.Single(await bob.AskAsync("CS OP #x")), StringComparison.Ordinal);
        await alice.SyncAsync();
        Assert.Contains("bob gets +ov when joining", Assert.Single(await alice.AskAsync("CS ACCESS #x bob +ov")), StringComparison.Ordinal);
        Assert.Equal(["alice +qo", "bob +ov"], (await alice.AskAsync("CS ACCESS #x")).Select(line => line[(line.IndexOf(" :", StringComparison.Ordinal) + 2)..]));
        Assert.Equal([":ChanServ!ChanServ@irc.test MODE #x +o bob"], await bob.AskAsync("CS OP #x"));
        Assert.Equal([":ChanServ!ChanServ@irc.test MODE #x -o bob"], await bob.AskAsync("CS DEOP #x bob"));
        Assert.Contains("modes are a, o, h and v", Assert.Single((await alice.AskAsync("CS ACCESS #x bob +z"))[^1..]), StringComparison.Ordinal);
        Assert.Contains("has no rank any more", Assert.Single(await alice.AskAsync("CS ACCESS #x BOB -*")), StringComparison.Ordinal);
        Assert.Contains("does not do", Assert.Single(await bob.AskAsync("CS OP #x")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AChannelIsGivenAwayAndDropped()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        IrcTestClient bob = await server.RegisterAccountAsync("bob");
        await alice.AskAsync("JOIN #x", "CS REGISTER #x");
        Assert.Contains("There is no such account", Assert.Single(await alice.AskAsync("CS TRANSFER #x nobody")), StringComparison.Ordinal);
        Assert.Contains("The channel belongs to bob now", Assert.Single(await alice.AskAsync("CS TRANSFER #x bob")), StringComparison.Ordinal);
        Assert.Contains("Only the founder", Assert.Single(await alice.AskAsync("CS DROP #x")), StringComparison.Ordinal);
        Assert.Contains("belongs to nobody", (await bob.AskAsync("CS DROP #x"))[0], StringComparison.Ordinal);
        Assert.Equal([":irc.test MODE #x -r"], await alice.SyncAsync());
        await alice.AskAsync("PART #x");
        Assert.Null(server.Server.Network.FindChannel("#x"u8));
    }

    [Fact]
    public async Task AnAccountHasSoManyChannels()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.Limits.ChannelsPerAccount = 2);
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        await alice.AskAsync("JOIN #a,#b,#c", "CS REGISTER #a", "CS REGISTER #b");
        Assert.Contains("as many channels", Assert.Single(await alice.AskAsync("CS REGISTER #c")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ChanServHelpsAndSaysWhatItDoesNotUnderstand()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("alice");
        await alice.AskAsync("JOIN #x");
        Assert.Equal(8, (await alice.AskAsync("CS HELP")).Length);
        Assert.Contains("not understood", Assert.Single(await alice.AskAsync("CHANSERV BLAH")), StringComparison.Ordinal);
        Assert.Contains("not registered", Assert.Single(await alice.AskAsync("CS INFO #x")), StringComparison.Ordinal);
    }
}
