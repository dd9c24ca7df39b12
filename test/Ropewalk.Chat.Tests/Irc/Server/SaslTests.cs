using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Ropewalk.Security.Accounts;
using Ropewalk.Security.Sasl;
using Ropewalk.Security.Sasl.Session;

namespace Ropewalk.Chat.Tests.Irc.Server;

/// <summary>AUTHENTICATE with each mechanism, and all that can go wrong. IRCv3 sasl-3.1 and sasl-3.2.</summary>
public sealed class SaslTests
{
    [Fact]
    public async Task PlainLogsIn()
    {
        await using IrcTestServer server = await StartWithAccountAsync();
        IrcTestClient client = await BeginAsync(server);
        Assert.Equal(["AUTHENTICATE +"], await client.AskAsync("AUTHENTICATE PLAIN"));
        Assert.Equal(
            [":irc.test 900 * *!*@* alice :You are now logged in as alice", ":irc.test 903 * :SASL authentication successful"],
            await client.AskAsync("AUTHENTICATE " + Plain("alice", "password-alice")));
        Assert.Equal([":irc.test 907 * :You are logged in already"], await client.AskAsync("AUTHENTICATE PLAIN"));
        await client.SendAsync("CAP END");
        await client.RegisterAsync("other");
        Assert.Contains(":irc.test 221 other +r", await client.AskAsync("MODE other"));
        Assert.Contains(":irc.test 330 other other alice :is logged in as", await client.AskAsync("WHOIS other"));
    }

    [Fact]
    public async Task ScramLogsInAndProvesTheServer()
    {
        await using IrcTestServer server = await StartWithAccountAsync();
        IrcTestClient client = await BeginAsync(server);
        SaslClientMechanism scram = SaslClient.Create(SaslMechanism.ScramSha256, new SaslClientCredentials { Name = "alice", Password = "password-alice" })!;
        Assert.Equal(["AUTHENTICATE +"], await client.AskAsync("AUTHENTICATE scram-sha-256"));
        byte[] response = (await scram.RespondAsync(default))!;
        string challenge = Assert.Single(await client.AskAsync("AUTHENTICATE " + Convert.ToBase64String(response)));
        response = (await scram.RespondAsync(Convert.FromBase64String(challenge["AUTHENTICATE ".Length..])))!;
        string final = Assert.Single(await client.AskAsync("AUTHENTICATE " + Convert.ToBase64String(response)));
        Assert.True(scram.TryRespond(Convert.FromBase64String(final["AUTHENTICATE ".Length..]), out response));
        Assert.Empty(response);
        string[] lines = await client.AskAsync("AUTHENTICATE +");
        Assert.EndsWith(" 903 * :SASL authentication successful", lines[^1], StringComparison.Ordinal);
        Assert.True(scram.TryComplete());
    }

    [Fact]
    public async Task ExternalLogsInByTheCertificate()
    {
        await using IrcTestServer server = await StartWithAccountAsync();
        using var key = RSA.Create(1024);
        var request = new CertificateRequest("CN=alice", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        IrcTestClient first = server.ConnectFrom("198.51.100.1", isSecure: true, certificate);
        await first.RegisterAsync("a", "sasl");
        Assert.Contains(await first.AskAsync("AUTHENTICATE PLAIN", "AUTHENTICATE " + Plain("alice", "password-alice")), line => line.Contains(" 903 ", StringComparison.Ordinal));
        Assert.EndsWith(":The certificate logs you in from now on.", Assert.Single(await first.AskAsync("NS CERT ADD")), StringComparison.Ordinal);
        Assert.EndsWith(":" + CertificateFingerprint.Of(certificate), (await first.AskAsync("NS CERT LIST"))[0], StringComparison.Ordinal);
        IrcTestClient second = server.ConnectFrom("198.51.100.1", isSecure: true, certificate);
        Assert.Contains("EXTERNAL", string.Concat(await second.AskAsync("CAP LS 302")), StringComparison.Ordinal);
        await second.AskAsync("CAP REQ sasl", "AUTHENTICATE EXTERNAL");
        Assert.EndsWith(" 903 * :SASL authentication successful", (await second.AskAsync("AUTHENTICATE +"))[^1], StringComparison.Ordinal);
        IrcTestClient third = server.ConnectFrom("198.51.100.1", isSecure: true);
        await third.AskAsync("CAP LS 302", "CAP REQ sasl");
        Assert.StartsWith(":irc.test 908 * SCRAM-SHA-256,PLAIN :", (await third.AskAsync("AUTHENTICATE EXTERNAL"))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task PasswordsAreNotTakenInTheClear()
    {
        await using IrcTestServer server = await StartWithAccountAsync();
        IrcTestClient client = server.ConnectFrom("198.51.100.1");
        await client.AskAsync("CAP LS 302", "CAP REQ sasl");
        Assert.Equal([":irc.test 908 * SCRAM-SHA-256 :are available SASL mechanisms", ":irc.test 904 * :SASL mechanism not available here"], await client.AskAsync("AUTHENTICATE PLAIN"));
        await client.SendAsync("CAP END");
        await client.RegisterAsync("a");
        Assert.Contains("Passwords are taken over TLS only", Assert.Single(await client.AskAsync("NS IDENTIFY alice password-alice")), StringComparison.Ordinal);
        Assert.Contains(" FAIL REGISTER INSECURE_CONNECTION a ", Assert.Single(await client.AskAsync("REGISTER * * password")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownMechanismIs908And904()
    {
        await using IrcTestServer server = await StartWithAccountAsync();
        IrcTestClient client = await BeginAsync(server);
        Assert.Equal([":irc.test 908 * SCRAM-SHA-256,PLAIN :are available SASL mechanisms", ":irc.test 904 * :SASL mechanism not available here"], await client.AskAsync("AUTHENTICATE NONE"));
        Assert.Equal(["AUTHENTICATE +"], await client.AskAsync("AUTHENTICATE PLAIN"));
    }

    [Fact]
    public async Task AnAbortIs906AndOneCanBeginAgain()
    {
        await using IrcTestServer server = await StartWithAccountAsync();
        IrcTestClient client = await BeginAsync(server);
        await client.AskAsync("AUTHENTICATE PLAIN");
        Assert.Equal([":irc.test 906 * :SASL authentication aborted"], await client.AskAsync("AUTHENTICATE *"));
        await client.AskAsync("AUTHENTICATE PLAIN");
        Assert.Contains(await client.AskAsync("AUTHENTICATE " + Plain("alice", "password-alice")), line => line.Contains(" 903 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("alice", "wrong-password")]
    [InlineData("nobody", "password-alice")]
    [InlineData("", "")]
    public async Task WrongCredentialsAre904(string name, string password)
    {
        await using IrcTestServer server = await StartWithAccountAsync();
        IrcTestClient client = await BeginAsync(server);
        await client.AskAsync("AUTHENTICATE PLAIN");
        Assert.Equal([":irc.test 904 * :SASL authentication failed: name or password is wrong"], await client.AskAsync("AUTHENTICATE " + Plain(name, password)));
    }

    [Fact]
    public async Task WithoutTheCapabilityThereIsNoSasl()
    {
        await using IrcTestServer server = await StartWithAccountAsync();
        IrcTestClient client = await server.ConnectAsync();
        Assert.Equal([":irc.test 904 * :Ask for the capability sasl first"], await client.AskAsync("AUTHENTICATE PLAIN"));
    }

    [Fact]
    public async Task ALongResponseComesInPiecesOf400()
    {
        await using IrcTestServer server = await StartWithAccountAsync();
        IrcTestClient client = await BeginAsync(server);
        string password = new('p', 299 - "\0alice\0".Length + 1);
        string response = Plain("alice", password);
        Assert.Equal(400, response.Length);
        await client.AskAsync("AUTHENTICATE PLAIN");
        Assert.Empty(await client.AskAsync("AUTHENTICATE " + response));
        Assert.Contains(" 904 * ", Assert.Single(await client.AskAsync("AUTHENTICATE +")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TooLongIs905()
    {
        await using IrcTestServer server = await StartWithAccountAsync();
        IrcTestClient client = await BeginAsync(server);
        await client.AskAsync("AUTHENTICATE PLAIN");
        Assert.Equal([":irc.test 905 * :A piece of a SASL response is too long"], await client.AskAsync("AUTHENTICATE " + new string('A', 401)));
        await client.AskAsync("AUTHENTICATE PLAIN");
        for (int i = 0; i < 8; i++)
        {
            Assert.Empty(await client.AskAsync("AUTHENTICATE " + new string('A', 400)));
        }

        Assert.Equal([":irc.test 905 * :The SASL response is too long"], await client.AskAsync("AUTHENTICATE " + new string('A', 400)));
        await client.AskAsync("AUTHENTICATE PLAIN");
        Assert.Equal([":irc.test 904 * :SASL authentication failed: not base 64"], await client.AskAsync("AUTHENTICATE !!!"));
    }

    [Fact]
    public async Task GuessingIsSlowedDown()
    {
        await using IrcTestServer server = await StartWithAccountAsync();
        IrcTestClient client = await BeginAsync(server);
        for (int i = 0; i < 10; i++)
        {
            await client.AskAsync("AUTHENTICATE PLAIN", "AUTHENTICATE " + Plain("alice", "wrong-password"));
        }

        await client.AskAsync("AUTHENTICATE PLAIN");
        Assert.Equal([":irc.test 904 * :SASL authentication failed: too many failures; wait a minute"], await client.AskAsync("AUTHENTICATE " + Plain("alice", "password-alice")));
    }

    private static string Plain(string name, string password) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"\0{name}\0{password}"));

    private static async Task<IrcTestServer> StartWithAccountAsync()
    {
        IrcTestServer server = await IrcTestServer.StartAsync();
        IrcTestClient alice = await server.RegisterAccountAsync("alice");
        await alice.SendAsync("QUIT");
        await alice.ReadToEndAsync();
        return server;
    }

    private static async Task<IrcTestClient> BeginAsync(IrcTestServer server)
    {
        IrcTestClient client = await server.ConnectAsync();
        await client.AskAsync("CAP LS 302", "CAP REQ sasl");
        return client;
    }
}
