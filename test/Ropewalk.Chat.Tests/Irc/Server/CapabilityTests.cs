using System.Text;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Chat.Tests.Irc.Network;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>CAP: LS, LIST, REQ, END, as IRCv3 capability-negotiation has it.</summary>
public sealed class CapabilityTests
{
    private const string All = "account-notify account-tag away-notify batch cap-notify chghost draft/account-registration draft/chathistory draft/event-playback echo-message extended-join"
        + " extended-monitor invite-notify labeled-response message-tags multi-prefix no-implicit-names sasl server-time setname standard-replies userhost-in-names";

    [Fact]
    public async Task LsWithoutAVersionIsOneLineWithoutValues()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.ConnectAsync();
        Assert.Equal([$":irc.test CAP * LS :{All}"], await client.AskAsync("CAP LS"));
    }

    [Fact]
    public async Task Ls302HasValuesAndAsManyLinesAsItNeeds()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.ConnectAsync();
        string[] lines = await client.AskAsync("CAP LS 302");
        Assert.All(lines[..^1], line => Assert.StartsWith(":irc.test CAP * LS * :", line, StringComparison.Ordinal));
        Assert.StartsWith(":irc.test CAP * LS :", lines[^1], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 1, 510));
        string[] names = [.. lines.SelectMany(line => IrcMessage.Parse(line).Last.Split(' '))];
        Assert.Equal(All.Split(' '), names.Select(name => name.Split('=')[0]));
        Assert.Contains("sasl=SCRAM-SHA-256,PLAIN", names);
        Assert.Contains("draft/account-registration=before-connect,custom-account-name", names);
    }

    [Fact]
    public async Task Ls302OfALongNicknameNeverOverflowsALine()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.ServerName = new string('s', 50) + ".test");
        IrcTestClient client = await server.ConnectAsync();
        string[] lines = await client.AskAsync("NICK " + new string('n', 30), "CAP LS 302", "CAP REQ :" + All, "CAP LIST");
        Assert.All(lines, line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 1, 510));
        Assert.Equal(All.Split(' '), lines.Where(line => line.Contains(" LS ", StringComparison.Ordinal)).SelectMany(line => IrcMessage.Parse(line).Last.Split(' ')).Select(name => name.Split('=')[0]));
    }

    [Fact]
    public async Task RequestsAreAllOrNothing()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.ConnectAsync();
        Assert.Equal([":irc.test CAP * NAK :batch no-such echo-message"], await client.AskAsync("CAP REQ :batch no-such echo-message"));
        Assert.Equal([":irc.test CAP * LIST :"], await client.AskAsync("CAP LIST"));
        Assert.Equal([":irc.test CAP * ACK :batch echo-message"], await client.AskAsync("CAP REQ :batch echo-message"));
        Assert.Equal([":irc.test CAP * ACK :-batch multi-prefix"], await client.AskAsync("CAP REQ :-batch multi-prefix"));
        Assert.Equal([":irc.test CAP * LIST :echo-message multi-prefix"], await client.AskAsync("CAP LIST"));
        Assert.Equal([":irc.test CAP * NAK :BATCH"], await client.AskAsync("CAP REQ BATCH"));
    }

    [Fact]
    public async Task CapNotifyComesWith302AndCannotBeGivenBack()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.ConnectAsync();
        await client.AskAsync("CAP LS 302");
        Assert.Equal([":irc.test CAP * LIST :cap-notify", ":irc.test CAP * NAK :-cap-notify"], await client.AskAsync("CAP LIST", "CAP REQ :-cap-notify"));
    }

    [Fact]
    public async Task AnUnknownSubcommandIs410()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.ConnectAsync();
        Assert.Equal([":irc.test 410 * FOO :Unknown CAP subcommand", ":irc.test 461 * CAP :Not enough parameters"], await client.AskAsync("CAP FOO", "CAP"));
    }

    [Fact]
    public async Task CapabilitiesCanBeChangedAfterRegistration()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a");
        Assert.Equal([":irc.test CAP a ACK :echo-message", ":a!~a@local PRIVMSG a :x"], (await client.AskAsync("CAP REQ echo-message", "CAP END", "PRIVMSG a x"))[..2]);
    }

    [Fact]
    public async Task StsIsToldAndNeverGranted()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync(options => options.Network.StsPort = 6697);
        IrcTestClient plain = server.ConnectFrom("198.51.100.1");
        Assert.Contains(" sts=port=6697", string.Concat(await plain.AskAsync("CAP LS 302")), StringComparison.Ordinal);
        Assert.Equal([":irc.test CAP * NAK :sts"], await plain.AskAsync("CAP REQ sts"));
        IrcTestClient secure = server.ConnectFrom("198.51.100.1", isSecure: true);
        Assert.Contains(" sts=duration=2592000", string.Concat(await secure.AskAsync("CAP LS 302")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatComesAndGoesWithTheSettingsIsTold()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient told = server.ConnectFrom("198.51.100.1");
        await told.RegisterAsync("a", "sasl draft/chathistory");
        IrcTestClient secure = server.ConnectFrom("198.51.100.2", isSecure: true);
        await secure.RegisterAsync("s", "batch");
        IrcTestClient old = server.ConnectFrom("198.51.100.3");
        await old.SendAsync("CAP REQ cap-notify", "CAP END");
        await old.RegisterAsync("o");
        IrcTestClient deaf = server.ConnectFrom("198.51.100.4");
        await deaf.SendAsync("CAP REQ draft/chathistory", "CAP END");
        await deaf.RegisterAsync("d");

        server.Server.Apply(With(server, options => (options.AllowsPlainPasswords, options.StsPort) = (true, 6697)));
        Assert.Equal([":irc.test CAP a NEW :sasl=SCRAM-SHA-256,PLAIN sts=port=6697"], await told.SyncAsync());
        Assert.Equal([":irc.test CAP s NEW :sts=duration=2592000"], await secure.SyncAsync());
        Assert.Equal([":irc.test CAP o NEW :sasl"], await old.SyncAsync());
        Assert.Empty(await deaf.SyncAsync());
        Assert.Equal(["AUTHENTICATE +"], await told.AskAsync("AUTHENTICATE PLAIN"));
        await told.AskAsync("AUTHENTICATE *");

        server.Server.Apply(With(server, options => (options.AllowsAccountRegistration, options.Limits.HistoryMessages) = (false, 0)));
        Assert.Equal(
            [":irc.test CAP a NEW :sasl=SCRAM-SHA-256", ":irc.test CAP a DEL :draft/account-registration draft/chathistory draft/event-playback", ":irc.test CAP a LIST :cap-notify sasl"],
            await told.AskAsync("CAP LIST"));
        Assert.Equal([":irc.test CAP s NEW :sts=duration=0", ":irc.test CAP s DEL :draft/account-registration draft/chathistory draft/event-playback"], await secure.SyncAsync());
        Assert.Equal([":irc.test CAP d LIST :"], await deaf.AskAsync("CAP LIST"));
        Assert.Contains(" 908 a SCRAM-SHA-256 ", (await told.AskAsync("AUTHENTICATE PLAIN"))[0], StringComparison.Ordinal);

        server.Server.Apply(With(server, options => (options.AllowsAccountRegistration, options.Limits.HistoryMessages, options.Motd) = (false, 0, ["news"])));
        Assert.Empty(await told.SyncAsync());
    }

    [Fact]
    public void SaslIsOfferedOnlyWhereThereIsAMechanism()
    {
        var bench = new NetworkBench();
        NetworkBench.Link link = bench.Connect();
        bench.Send(link, "CAP LS 302");
        Assert.DoesNotContain(link.Take(), message => message.Last.Contains("sasl", StringComparison.Ordinal));
        bench.Send(link, "CAP REQ :batch sasl");
        Assert.Equal("NAK", Assert.Single(link.Take())[1]);
        Assert.False(link.User.Has(IrcClientCapabilities.Batch));
    }

    [Theory]
    [InlineData("ACK", "")]
    [InlineData("NAK", "no-such")]
    public void AnAnswerThatIsLongerThanALineIsCutBetweenNames(string verdict, string extra)
    {
        // The request fits into its line just so; the answer has the server's name and a nickname besides.
        var bench = new NetworkBench(options => options.ServerName = new string('s', 58) + ".test");
        NetworkBench.Link link = bench.Connect();
        bench.Send(link, "NICK " + new string('n', 30));
        string names = extra + " " + string.Join(' ', Enumerable.Repeat("userhost-in-names extended-monitor account-notify", 9));
        names = names.Trim()[..Math.Min(names.Trim().Length, 510 - "CAP REQ :".Length)];
        names = names[..names.LastIndexOf(' ')];
        bench.Send(link, "CAP REQ :" + names);
        List<IrcMessage> answers = link.Take();
        Assert.True(answers.Count > 1);
        Assert.All(answers, answer => Assert.Equal(verdict, answer[1]));
        Assert.Equal(names.Split(' '), answers.SelectMany(answer => answer.Last.Split(' ')));
        Assert.Equal(verdict == "ACK", link.User.Has(IrcClientCapabilities.ExtendedMonitor));
    }

    [Fact]
    public void ANameThatFitsIntoNoLineIsLeftOutOfTheRefusal()
    {
        var bench = new NetworkBench();
        NetworkBench.Link link = bench.Connect();
        bench.Send(link, $"CAP REQ :batch {new string('x', 494)}");
        Assert.Equal(["batch"], link.Take().Select(answer => answer.Last));
        bench.Send(link, $"CAP REQ :{new string('x', 500)}");
        Assert.Equal(["NAK "], link.Take().Select(answer => answer[1] + " " + answer.Last));
    }

    private static IrcNetworkOptions With(IrcTestServer server, Action<IrcNetworkOptions> configure)
    {
        var options = new IrcNetworkOptions { ServerName = server.Server.Options.ServerName, NetworkName = server.Server.Options.NetworkName, Classes = server.Server.Options.Classes };
        configure(options);
        return options;
    }
}
