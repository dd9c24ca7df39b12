using System.Text;
using Ropewalk.Chat.Irc.Wire;

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
}
