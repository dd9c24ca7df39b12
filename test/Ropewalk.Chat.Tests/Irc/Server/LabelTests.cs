using System.Globalization;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>Labelled responses of none, one and many lines, whatever happens in between. IRCv3 labeled-response.</summary>
public sealed class LabelTests
{
    private const string Capabilities = "labeled-response batch message-tags echo-message sasl draft/chathistory";

    [Fact]
    public async Task NoLineIsAnAck()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a", Capabilities);
        Assert.Equal(["@label=x :irc.test ACK"], await client.AskAsync("@label=x PONG y"));
        Assert.Equal(["@label=x :irc.test ACK"], await client.AskAsync("@label=x NOTICE nobody :z"));
    }

    [Fact]
    public async Task OneLineHasTheLabelItself()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a", Capabilities);
        Assert.Equal(["@label=x :irc.test 401 a nobody :No such nick or channel"], await client.AskAsync("@label=x PRIVMSG nobody :z"));
        Assert.Matches("^@msgid=[a-z2-7]+;\\+t=1;label=x :a!~a@local PRIVMSG a :z$", Assert.Single(await client.AskAsync("@+t=1;label=x PRIVMSG a :z")));
        Assert.Equal(["@label=x :irc.test 421 a BLAH :Unknown command"], await client.AskAsync("@label=x BLAH"));
        Assert.Equal(["@label=x :irc.test PONG irc.test :y"], (await client.AskAsync("@label=x PING y"))[..1]);
    }

    [Fact]
    public async Task ManyLinesAreABatch()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a", Capabilities);
        CheckBatch(await client.AskAsync("@label=l1 JOIN #x"), "l1", 3);
        CheckBatch(await client.AskAsync("@label=l2 WHOIS a"), "l2", 5);
    }

    [Fact]
    public async Task OnlyTheAnswerIsLabelledAndOthersSeeNothingOfIt()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAsync("a", Capabilities);
        IrcTestClient bob = await server.RegisterAsync("b", Capabilities);
        await alice.AskAsync("JOIN #x");
        await bob.AskAsync("JOIN #x");
        await alice.SyncAsync();
        await bob.AskAsync("@label=q PRIVMSG #x :z");
        Assert.DoesNotContain("label", Assert.Single(await alice.SyncAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@label PING y", "")]
    [InlineData("@label= PING y", "")]
    [InlineData("@label=a;label=b PING y", "@label=b ")]
    public async Task ALabelHasAValueAndTheLastOneCounts(string line, string tags)
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a", Capabilities);
        Assert.Equal(tags + ":irc.test PONG irc.test :y", (await client.AskAsync(line))[0]);
        Assert.Equal(":irc.test PONG irc.test :y", (await client.AskAsync($"@label={new string('z', 65)} PING y"))[0]);
    }

    [Fact]
    public async Task TheLabelOutlastsWhatIsAwaited()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a", Capabilities);
        Assert.Equal(["@label=s1 AUTHENTICATE +"], await client.AskAsync("@label=s1 AUTHENTICATE PLAIN"));
        Assert.Equal(["@label=s2 :irc.test 904 a :SASL authentication failed: name or password is wrong"], await client.AskAsync("@label=s2 AUTHENTICATE " + Convert.ToBase64String("\0x\0yyyyyyyy"u8)));
        CheckBatch(await client.AskAsync("@label=r REGISTER * * password"), "r", 3);
        Assert.Equal(["@label=i :NickServ!NickServ@irc.test NOTICE a :There is no account nobody."], await client.AskAsync("@label=i NS INFO nobody"));
    }

    [Fact]
    public async Task AReplyOfManyHundredLinesIsOneBatch()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a", Capabilities);
        IrcTestClient maker = await server.RegisterAsync("m");
        for (int i = 0; i < 1100; i++)
        {
            server.Server.Network.AddChannel(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"#c{i}"))).Add(server.Server.Network.FindUser("m"u8)!);
        }

        Task<string[]> asked = client.AskAsync("@label=long LIST");
        for (int i = 0; i < 100_000 && !asked.IsCompleted; i++)
        {
            // Less than what a PING waits for, altogether.
            server.Time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        CheckBatch(await asked, "long", 1102);
        await maker.SyncAsync();
    }

    [Fact]
    public async Task ABatchInsideALabelledOneIsInIt()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a", Capabilities);
        await client.AskAsync("JOIN #x", "PRIVMSG #x :one", "PRIVMSG #x :two");
        IrcMessage[] lines = [.. (await client.AskAsync("@label=h CHATHISTORY LATEST #x * 10")).Select(IrcMessage.Parse)];
        string outer = lines[0][0][1..];
        string inner = lines[1][0][1..];
        Assert.Equal(("h", "labeled-response"), (lines[0].Tag("label"), lines[0][1]));
        Assert.Equal((outer, "chathistory"), (lines[1].Tag("batch"), lines[1][1]));
        Assert.All(lines[2..4], line => Assert.Equal(inner, line.Tag("batch")));
        Assert.Equal((outer, "-" + inner), (lines[4].Tag("batch"), lines[4][0]));
        Assert.Equal("-" + outer, lines[5][0]);
        Assert.Null(lines[5].Tag("batch"));
    }

    [Fact]
    public async Task QuitIsAnswered()
    {
        await using IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient client = await server.RegisterAsync("a", Capabilities);
        await client.SendAsync("@label=bye QUIT");
        Assert.Equal(["@label=bye ERROR :Closing link: (~a@local) [Client quit]"], await client.ReadToEndAsync());
    }

    private static void CheckBatch(string[] lines, string label, int count)
    {
        IrcMessage[] all = [.. lines.Select(IrcMessage.Parse)];
        Assert.Equal(("BATCH", label, "labeled-response"), (all[0].Command, all[0].Tag("label"), all[0][1]));
        string reference = all[0][0][1..];
        Assert.Equal(("BATCH", "-" + reference), (all[^1].Command, all[^1][0]));
        Assert.All(all[1..^1], line => Assert.Equal((reference, null), (line.Tag("batch"), line.Tag("label"))));
        Assert.Equal(count, all.Length - 2);
    }
}
