using System.Net;
using System.Text.RegularExpressions;
using Finger.Client;
using Finger.Server;
using Finger.Wire;
using Ropewalk.Endpoints;
using Ropewalk.Server;

namespace Ropewalk.Interop.Tests;

/// <summary>The finger sample against Debian's <c>finger</c>, <c>fingerd</c> and <c>socat</c>.</summary>
public sealed partial class FingerInteropTests
{
    private static readonly FingerServerHandler Handler = new(new FixedFingerDirectory([new("alice", "Alice Liddell", "Down the rabbit hole."), new("eve", "Eve \u001b[31m")]));

    [Fact]
    public async Task DebiansClientGetsAnAnswer()
    {
        await using var finger = await FingerCommand.StartAsync();
        Assert.Contains("Login: alice\tName: Alice Liddell", await finger.AskAsync("alice"));
        Assert.DoesNotContain("Plan", await finger.AskAsync("alice"));
        Assert.Contains("nobody: no such user", await finger.AskAsync("nobody"));
    }

    [Fact]
    public async Task DebiansClientAsksForMore()
    {
        await using var finger = await FingerCommand.StartAsync();
        Assert.Contains("Down the rabbit hole.", await finger.AskAsync("alice", "-l"));
    }

    [Fact]
    public async Task DebiansClientGetsTheList()
    {
        await using var finger = await FingerCommand.StartAsync();
        string list = await finger.AskAsync("");
        Assert.Contains("alice      Alice Liddell", list);
        Assert.DoesNotContain("\u001b", list);
    }

    [Fact]
    public async Task DebiansClientIsRefusedForwarding()
    {
        await using var finger = await FingerCommand.StartAsync();
        Assert.Contains("Finger forwarding service denied", await finger.AskAsync("alice@inner"));
    }

    [Fact]
    public async Task AClientThatHalfClosesGetsItsAnswer()
    {
        // socat ends its output at the end of its input, and waits for the answer.
        var socat = ExternalProgram.Find("socat");
        await using var server = new ConnectionServer();
        Listening listening = await server.ListenAsync("tcp:127.0.0.1:0", Handler.OnConnectedAsync);
        ProgramResult result = await socat.RunAsync(["-t", "10", "-", $"TCP:{listening.EndPoint}"], "alice\r\n");
        Assert.Equal("Login: alice\tName: Alice Liddell\r\n", result.Expect().Output);
    }

    [Fact]
    public async Task OurClientAsksDebiansServer()
    {
        ExternalProgram.Find("in.fingerd", "fingerd");
        var socat = ExternalProgram.Find("socat", isPeer: false);
        await using RunningProgram server = socat.Start(["-d", "-d", "TCP-LISTEN:0,bind=127.0.0.1,fork", "EXEC:/usr/sbin/in.fingerd,nofork,stderr"]);
        int port = 0;
        while (port == 0 && await server.Errors.ReadLineAsync() is { } line)
        {
            port = ListeningOn().Match(line) is { Success: true } match ? int.Parse(match.Groups[1].Value) : 0;
        }

        string answer = await new FingerClient().QueryAsync(EndpointSpec.Tcp("127.0.0.1", port), FingerQuery.Parse("root"));
        Assert.Contains("Login: root", answer);
        Assert.DoesNotContain("\r", answer);
        Assert.Contains("no such user", await new FingerClient().QueryAsync(EndpointSpec.Tcp("127.0.0.1", port), FingerQuery.Parse("surely-nobody")));
    }

    [GeneratedRegex(@"listening on AF=2 127\.0\.0\.1:(\d+)")]
    private static partial Regex ListeningOn();

    /// <summary>
    /// Debian's <c>finger</c> and a server that it can reach. It has no option for the port: it asks the one that <c>/etc/services</c> names, 79. So the server listens on port 79 of a loopback
    /// address of its own; where that needs rights that we lack, <c>finger</c> gets an <c>/etc/services</c> of its own, in a mount namespace.
    /// </summary>
    private sealed class FingerCommand : IAsyncDisposable
    {
        private readonly ConnectionServer _server = new();
        private readonly ExternalProgram _program;
        private readonly string[] _before;
        private readonly string _host;

        private FingerCommand(ExternalProgram program, string[] before, string host)
        {
            _program = program;
            _before = before;
            _host = host;
        }

        public static async Task<FingerCommand> StartAsync()
        {
            var finger = ExternalProgram.Find("finger");
            byte[] address = [127, .. Guid.NewGuid().ToByteArray()[..2], 2];
            var direct = new FingerCommand(finger, [], new IPAddress(address).ToString());
            try
            {
                await direct._server.ListenAsync(EndpointSpec.Tcp(direct._host, 79), Handler.OnConnectedAsync);
                return direct;
            }
            catch (EndpointException)
            {
                await direct.DisposeAsync();
                return await StartInNamespaceAsync();
            }
        }

        public async Task<string> AskAsync(string user, params string[] options) =>
            (await _program.RunAsync([.. _before, .. options, $"{user}@{_host}"])).Expect().Output;

        public async ValueTask DisposeAsync() => await _server.DisposeAsync();

        private static async Task<FingerCommand> StartInNamespaceAsync()
        {
            var unshare = ExternalProgram.Find("unshare", "util-linux", isPeer: false);
            string services = Path.GetTempFileName();
            string[] before = ["--user", "--map-root-user", "--mount", "sh", "-c", "mount --bind \"$0\" /etc/services && exec finger \"$@\"", services];
            var finger = new FingerCommand(unshare, before, "127.0.0.1");
            Listening listening = await finger._server.ListenAsync("tcp:127.0.0.1:0", Handler.OnConnectedAsync);
            await File.WriteAllTextAsync(services, $"finger {((IPEndPoint)listening.EndPoint!).Port}/tcp\n");
            if ((await unshare.RunAsync([.. before[..^2], "mount --bind \"$0\" /etc/services", services])).ExitCode != 0)
            {
                await finger.DisposeAsync();
                ExternalProgram.Missing("finger asks port 79 only: run as root, or allow user namespaces");
            }

            return finger;
        }
    }
}
