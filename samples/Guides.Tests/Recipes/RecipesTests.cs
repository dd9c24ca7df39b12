using System.Net;
using System.Text;
using Ropewalk.Security.Tls;
using Ropewalk.Server;
using Ropewalk.Transports.Datagrams;

namespace Guides.Tests.Recipes;

/// <summary>Runs each program of the recipes and checks that it solves its problem.</summary>
public sealed class RecipesTests
{
    private const string Listening = "listening on (127[^;]*)";

    [Theory]
    [InlineData("tcp:127.0.0.1:0", "tcp:{0}")]
    [InlineData("tls:127.0.0.1:0:dev", "tls:{0}:name=localhost:trust={1}")]
    public async Task ARelayKeepsHalfClose(string from, string to)
    {
        // it answers only when it has heard the end
        await using var server = new ConnectionServer();
        Listening counting = await server.ListenAsync("tcp:127.0.0.1:0", async connection =>
        {
            var heard = new MemoryStream();
            await connection.Transport.Input.CopyToAsync(heard);
            await connection.Transport.Output.WriteAsync(Encoding.ASCII.GetBytes($"{heard.Length} bytes\r\n"));
        });
        await using var program = RunningProgram.Start("Recipes", "relay", from, $"tcp:{counting.EndPoint}");
        await using Caller caller = await Caller.CallAsync(string.Format(null, to, await program.WaitForAsync("relaying (.*) to"), program.Certificate));
        await caller.SayAsync("hello");
        await caller.EndAsync();
        Assert.Equal("7 bytes", await caller.HearAsync());
        await caller.DisposeAsync();
        await program.StopAsync();
    }

    [Fact]
    public async Task StartTlsProtectsWhatFollowsIt()
    {
        await using var program = RunningProgram.Start("Recipes", "starttls", "tcp:127.0.0.1:0");
        string endpoint = "tcp:" + await program.WaitForAsync(Listening);
        await using Caller caller = await Caller.CallAsync(endpoint);
        Assert.Equal("220 ready", await caller.HearAsync());
        Assert.Equal("250 STARTTLS", await caller.AskAsync("EHLO me"));
        Assert.Equal("530 STARTTLS first", await caller.AskAsync("AUTH"));
        Assert.Equal("220 go ahead", await caller.AskAsync("STARTTLS"));
        await caller.Connection.UpgradeToTlsAsync(new TlsClientOptions { TargetName = "localhost", DangerouslyTrustAnyone = true });
        Assert.Equal("250 AUTH", await caller.AskAsync("EHLO me"));
        Assert.Equal("235 welcome", await caller.AskAsync("AUTH"));
        await caller.DisposeAsync();

        // a command that is smuggled in behind STARTTLS is never answered, nor is STARTTLS itself
        await using Caller smuggler = await Caller.CallAsync(endpoint);
        Assert.Equal("220 ready", await smuggler.HearAsync());
        await smuggler.SayAsync("STARTTLS\r\nAUTH");
        await smuggler.AssertEndsAsync();
        await smuggler.DisposeAsync();
        await program.StopAsync();
    }

    [Fact]
    public async Task ABroadcastReachesAllAndCutsOffWhoDoesNotRead()
    {
        await using var program = RunningProgram.Start("Recipes", "broadcast", "tcp:127.0.0.1:0");
        string endpoint = "tcp:" + await program.WaitForAsync(Listening);
        await using Caller one = await Caller.CallAsync(endpoint);
        await using Caller slow = await Caller.CallAsync(endpoint);
        await program.WaitForAsync("listens");
        await program.WaitForAsync("listens");

        // one reads what the other does not, until the queues, the system's included, are full for who does not
        string news = new('x', 30_000);
        string sent = "2";
        for (int i = 0; sent == "2" && i < 5_000; i++)
        {
            program.Type(news);
            sent = await program.WaitForAsync(@"sent to (\d)");
            Assert.Equal(news, await one.HearAsync());
        }

        Assert.Equal("1", sent);
        await one.DisposeAsync();
        await program.StopAsync();
    }

    [Fact]
    public async Task ALateReplyComes()
    {
        await using var program = RunningProgram.Start("Recipes", "late-replies", "udp:127.0.0.1:0");
        var server = IPEndPoint.Parse(await program.WaitForAsync(Listening));
        var answer = new TaskCompletionSource<string>();
        await using DatagramPort port = DatagramPort.Bind(new IPEndPoint(IPAddress.Loopback, 0), Take);
        port.TrySend(new PeerAddress(server), "rope"u8);
        Assert.Equal("4 letters\n", await answer.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        await program.StopAsync();

        void Take(ref DatagramBatch batch) => answer.TrySetResult(Encoding.UTF8.GetString(batch[0].Payload));
    }

    [Fact]
    public async Task AConnectionThatIsLostIsMadeAgain()
    {
        await using var server = new ConnectionServer();
        Listening listening = await server.ListenAsync("tcp:127.0.0.1:0", async connection =>
            await connection.Transport.Output.WriteAsync("hello\n"u8.ToArray()));
        await using var program = RunningProgram.Start("Recipes", "stay-connected", $"tcp:{listening.EndPoint}");
        for (int i = 0; i < 2; i++)
        {
            await program.WaitForAsync("connected to");
            await program.WaitForAsync("hello");
            await program.WaitForAsync("the server has ended");
        }

        await program.StopAsync();
    }

    [Fact]
    public async Task AUnixSocketIsServed()
    {
        await using var program = RunningProgram.Start("Recipes", "socket-activated", "unix:{folder}/s:mode=600");
        await program.WaitForAsync("listening on");
        await using Caller caller = await Caller.CallAsync($"unix:{program.Folder}/s");
        Assert.Equal("hello from a socket of my own", await caller.HearAsync());
        await caller.DisposeAsync();
        await program.TerminateAsync();
    }

    [Fact]
    public async Task ARelayedClientIsItself()
    {
        await using var program = RunningProgram.Start("Recipes", "behind-proxy", @"proxy:trust=127.0.0.1:then=tcp\:127.0.0.1\:0");
        await using Caller caller = await Caller.CallAsync("tcp:" + await program.WaitForAsync(Listening));
        Assert.StartsWith("you are 203.0.113.9:50000, by way of 127.0.0.1:", await caller.AskAsync("PROXY TCP4 203.0.113.9 192.0.2.1 50000 7000"));
        await caller.DisposeAsync();
        await program.StopAsync();
    }

    [Fact]
    public async Task LimitsRefuseWhoIsOver()
    {
        await using var program = RunningProgram.Start("Recipes", "limits", "tcp:127.0.0.1:0");
        string endpoint = "tcp:" + await program.WaitForAsync(Listening);
        await using Caller one = await Caller.CallAsync(endpoint);
        await using Caller two = await Caller.CallAsync(endpoint);
        Assert.Equal("hello", await one.AskAsync("hello"));
        Assert.Equal("hello", await two.AskAsync("hello"));
        for (int i = 0; i < 6; i++)
        {
            await Caller.AssertRefusedAsync(endpoint);
        }

        program.Type("");
        await one.DisposeAsync();
        await two.DisposeAsync();
        await program.WaitForAsync("refused: 4 were too many at once, 2 came too fast");
        await program.StopAsync();
    }

    [Fact]
    public async Task AStopSaysGoodbye()
    {
        await using var program = RunningProgram.Start("Recipes", "goodbye", "tcp:127.0.0.1:0");
        await using Caller caller = await Caller.CallAsync("tcp:" + await program.WaitForAsync(Listening));
        Assert.Equal("hello", await caller.AskAsync("hello"));
        Task stopped = program.TerminateAsync();
        await program.WaitForAsync("stopping; 1 connected");
        Assert.Equal("goodbye", await caller.HearAsync());
        Assert.Null(await caller.HearAsync());
        await caller.DisposeAsync();
        await stopped;
    }

    [Fact]
    public async Task AHandlerRunsInKestrelBesideThePages()
    {
        await using var program = RunningProgram.Start("Recipes", "in-kestrel", "--web", "127.0.0.1:0", "--echo", "127.0.0.1:0");
        string web = await program.WaitForAsync("Now listening on: (.*)");
        string echo = await program.WaitForAsync("Now listening on: http://(.*)");
        using var http = new HttpClient();
        Assert.Equal("a page\n", await http.GetStringAsync(web));
        await using Caller caller = await Caller.CallAsync("tcp:" + echo);
        Assert.Equal("hello", await caller.AskAsync("hello"));
        await caller.DisposeAsync();
        await program.TerminateAsync();
    }

    [Fact]
    public async Task ALineProtocolRunsBehindABrowser()
    {
        await using var program = RunningProgram.Start("Recipes", "browser", "--web", "tcp:127.0.0.1:0", "--tcp", "tcp:127.0.0.1:0", "--ws", "ws:127.0.0.1:0:messages=lines");
        string plain = await program.WaitForAsync("lines at (.*)");
        string alone = await program.WaitForAsync("without a page at (.*)");
        string web = await program.WaitForAsync("Now listening on: .*?([0-9.]+:[0-9]+)");
        using var http = new HttpClient();
        Assert.Contains("new WebSocket(", await http.GetStringAsync($"http://{web}/"), StringComparison.Ordinal);
        foreach (string endpoint in (string[])[$"tcp:{plain}", $"ws:{alone}:messages=lines", $"ws:{web}:path=/lines:messages=lines"])
        {
            await using Caller caller = await Caller.CallAsync(endpoint);
            Assert.Equal("HELLO", await caller.AskAsync("hello"));
            await caller.DisposeAsync();
        }

        await program.TerminateAsync();
    }
}
