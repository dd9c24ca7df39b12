namespace Guides.Tests.Tutorial;

/// <summary>Runs each program of the tutorial and does with it what the page says.</summary>
public sealed class StepsTests
{
    private const string Greeting = "I have a number from 1 to 100 in mind. Guess!";

    [Fact]
    public async Task Step1Echoes()
    {
        await using var program = RunningProgram.Start("Step1", "tcp:127.0.0.1:0");
        await using Caller caller = await Caller.CallAsync("tcp:" + await program.WaitForAsync("listening on (.*);"));
        Assert.Equal("hello", await caller.AskAsync("hello"));
        await caller.EndAsync();
        Assert.Null(await caller.HearAsync());
        await caller.DisposeAsync();
        await program.StopAsync();
    }

    [Fact]
    public async Task Step2ShoutsOnEveryEndpoint()
    {
        await using var program = RunningProgram.Start("Step2", "tcp:127.0.0.1:0", "unix:{folder}/shout");
        await using Caller caller = await Caller.CallAsync("tcp:" + await program.WaitForAsync("listening on (127.*)"));
        Assert.Equal("HELLO", await caller.AskAsync("hello"));
        await program.WaitForAsync("listening on .*shout");
        await using Caller local = await Caller.CallAsync($"unix:{program.Folder}/shout");
        Assert.Equal("PSST", await local.AskAsync("psst"));

        await caller.SayAsync(new string('x', 300));
        await caller.AssertEndsAsync();
        await local.DisposeAsync();
        await program.StopAsync();
    }

    [Fact]
    public async Task Step3Plays()
    {
        await using var program = RunningProgram.Start("Step3", "tcp:127.0.0.1:0");
        await using Caller caller = await Caller.CallAsync("tcp:" + await program.WaitForAsync("listening on (.*);"));
        await PlayAsync(caller);
        await caller.DisposeAsync();
        await program.StopAsync();
    }

    [Fact]
    public async Task Step5PlaysOverTlsAndRefusesTheFourthFromOneAddress()
    {
        await using var program = RunningProgram.Start("Step5", "tls:127.0.0.1:0:dev");
        string endpoint = $"tls:{await program.WaitForAsync("listening on (.*);")}:name=localhost:trust={program.Certificate}";
        await using Caller one = await Caller.CallAsync(endpoint);
        await using Caller two = await Caller.CallAsync(endpoint);
        await using Caller three = await Caller.CallAsync(endpoint);
        Assert.Equal(Greeting, await one.HearAsync());
        Assert.Equal(Greeting, await two.HearAsync());

        await Caller.AssertRefusedAsync(endpoint);
        await PlayAsync(three);
        program.Type("");
        Assert.Equal("The server stops. Bye.", await one.HearAsync());
        Assert.Equal("The server stops. Bye.", await two.HearAsync());
        await one.DisposeAsync();
        await two.DisposeAsync();
        await three.DisposeAsync();
        await program.StopAsync();
    }

    [Fact]
    public async Task Step6ShowsItsMetrics()
    {
        await using var program = RunningProgram.Start("Step6", "--web", "tcp:127.0.0.1:0", "--guess", "tls:127.0.0.1:0:dev");
        string game = await program.WaitForAsync("bound to (.*)");
        string web = await program.WaitForAsync("Now listening on: (.*)");
        await program.WaitForAsync("Application started");
        await using Caller caller = await Caller.CallAsync($"tls:{game}:name=localhost:trust={program.Certificate}");
        await PlayAsync(caller);
        await caller.DisposeAsync();

        using var http = new HttpClient();
        string[] metrics = (await http.GetStringAsync(web + "/metrics")).Split('\n');
        Assert.Contains("ropewalk.connections.accepted guess 1", metrics);
        Assert.Contains(metrics, line => line.StartsWith("ropewalk.tls.handshake.duration server 1.3 ", StringComparison.Ordinal));
        Assert.Equal("Healthy", await http.GetStringAsync(web + "/health"));
        await program.TerminateAsync();
    }

    // Halving finds it in seven guesses; the last answer of all is the end.
    private static async Task PlayAsync(Caller caller)
    {
        Assert.Equal(Greeting, await caller.HearAsync());
        int low = 1, high = 100, guesses = 0;
        while (true)
        {
            int guess = (low + high) / 2;
            guesses++;
            string answer = await caller.AskAsync($"{guess}");
            (low, high) = answer switch
            {
                "Higher." => (guess + 1, high),
                "Lower." => (low, guess - 1),
                _ => (0, 0),
            };
            if (high == 0)
            {
                Assert.Equal($"Right, after {guesses}! The best so far needed {guesses}.", answer);
                Assert.Null(await caller.HearAsync());
                return;
            }
        }
    }
}
