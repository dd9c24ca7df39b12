using System.Globalization;

namespace Ropewalk.Interop.Tests;

/// <summary>People's clients converse through <c>ropewalk irc</c>.</summary>
public sealed class IrcTalkTests : IDisposable
{
    // Twisted's client library: it answers whoever greets it, which shows that it has understood.
    private const string TwistedClient = """
        import sys
        from twisted.internet import reactor, protocol
        from twisted.words.protocols import irc

        class Client(irc.IRCClient):
            nickname = "tess"
            lineRate = None
            def signedOn(self):
                self.join("#talk")
            def privmsg(self, user, channel, message):
                print("heard %s %s %s" % (user.split("!")[0], channel, message), flush=True)
                if message.startswith("hello"):
                    self.msg(channel, "greetings to " + user.split("!")[0])

        class Factory(protocol.ClientFactory):
            protocol = Client
            def clientConnectionLost(self, connector, reason):
                reactor.stop()

        reactor.connectTCP("127.0.0.1", int(sys.argv[1]), Factory())
        reactor.run()
        """;

    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Irssi_WeeChat_and_Twisted_converse()
    {
        var weechat = ExternalProgram.Find("weechat-headless");
        ExternalProgram.Find("irssi");
        var script = ExternalProgram.Find("script", "bsdutils", isPeer: false);
        var python = ExternalProgram.Find("/usr/bin/python3", "python3-twisted");
        await using RopewalkProgram server = await RopewalkProgram.StartAsync("irc", "--listen", "tcp:127.0.0.1:0");
        using var observer = new IrcLines(server.Port());
        await observer.SendAsync("NICK observer", "USER observer 0 * :Observer", "JOIN #talk");
        await observer.WaitForAsync(" 366 ");

        await using RunningProgram tess = python.Start(["-c", TwistedClient, server.Port().ToString(CultureInfo.InvariantCulture)]);
        await observer.WaitForAsync(":tess!", "JOIN");
        await using RunningProgram wee = weechat.Start(WeeChat(server.Port()));
        await observer.WaitForAsync(":wee!", "JOIN");
        await using RunningProgram iris = script.Start(["-qfec", $"irssi --home={Irssi(server.Port())}", "/dev/null"]);
        await observer.WaitForAsync(":iris!", "JOIN");

        // each speaks, and each other's log or answer shows that it has heard
        await iris.Input.WriteAsync("/msg #talk hello from irssi é\r");
        await iris.Input.FlushAsync();
        await observer.WaitForAsync(":iris!", "PRIVMSG #talk :hello from irssi é");
        await observer.WaitForAsync(":tess!", "PRIVMSG #talk :greetings to iris");
        await observer.WaitForAsync(":wee!", "PRIVMSG #talk :WeeChat has heard that");

        string fifo = Directory.GetFiles(_folder.PathOf("weechat"), "weechat_fifo_*").Single();
        await File.WriteAllTextAsync(fifo, "irc.rw.#talk *hello from weechat\n");
        await observer.WaitForAsync(":wee!", "PRIVMSG #talk :hello from weechat");
        await observer.WaitForAsync(":tess!", "PRIVMSG #talk :greetings to wee");
        await tess.ReadLineWithAsync("heard wee #talk hello from weechat");
        await observer.SendAsync("PRIVMSG iris :psst");
        await iris.Input.WriteAsync("/msg observer you too\r");
        await iris.Input.FlushAsync();
        await observer.WaitForAsync(":iris!", "PRIVMSG observer :you too");
        await File.WriteAllTextAsync(fifo, "irc.rw.#talk */quit\n");
        await observer.WaitForAsync(":wee!", "QUIT");
        Assert.Equal(0, await server.StopAsync());
        Assert.DoesNotContain("   at ", server.Errors, StringComparison.Ordinal);
    }

    private string[] WeeChat(int port)
    {
        string[] commands =
        [
            "/set irc.server_default.ipv6 off",
            "/trigger add heard signal \"*,irc_in2_privmsg\" \"\" \"\" \"/msg -server rw #talk WeeChat has heard that\"",
            string.Create(CultureInfo.InvariantCulture, $"/server add rw 127.0.0.1/{port} -notls"),
            "/set irc.server.rw.nicks wee",
            "/set irc.server.rw.autojoin #talk",
            "/connect rw",
        ];
        Directory.CreateDirectory(_folder.PathOf("weechat"));
        return ["-d", _folder.PathOf("weechat"), .. commands.SelectMany(command => new[] { "-r", command })];
    }

    private string Irssi(int port)
    {
        string config = _folder.Write("irssi/config", string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            servers = ( { address = "127.0.0.1"; chatnet = "rw"; port = "{{port}}"; autoconnect = "yes"; } );
            chatnets = { rw = { type = "IRC"; nick = "iris"; }; };
            channels = ( { name = "#talk"; chatnet = "rw"; autojoin = "yes"; } );
            settings = { core = { real_name = "Iris"; user_name = "iris"; nick = "iris"; }; "fe-common/core" = { term_charset = "UTF-8"; }; };
            """));
        return Path.GetDirectoryName(config)!;
    }
}
