using System.Net;
using System.Runtime.CompilerServices;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Endpoints;
using Ropewalk.Testing;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>The client against scripted servers on a simulated network, on its one thread and in its time.</summary>
public sealed class DnsClientTests
{
    private const string Address = "www.example. 300 IN A 192.0.2.1";

    private static readonly DomainName Www = DomainName.Parse("www.example.");

    [Fact]
    public Task A_question_is_answered_by_a_datagram() => RunAsync(asked => asked.Answer(Address), async (sim, server, client) =>
    {
        DnsExchange exchange = await client.ExchangeAsync(Www, DnsType.A);
        Assert.Equal("www.example. 300 IN A 192.0.2.1", Assert.Single(exchange.Answer.Answers).ToString());
        Assert.Equal((DnsTransport.Udp, 1, server.Udp), (exchange.Transport, exchange.Tries, exchange.Server));
        Assert.True(exchange.Elapsed > TimeSpan.Zero);
        Assert.Equal(1, client.ReadCounters().Answers);
        Assert.Equal(0, client.InFlight);
        DnsMessage question = Assert.Single(server.Asked).Message;
        Assert.Equal(("www.example. IN A", true, 1232, false), (question.Question!.ToString(), question.Header.RecursionDesired, question.Opt!.DatagramBytes, question.Opt.DnssecOk));
    });

    [Fact]
    public Task A_name_that_does_not_exist_is_a_value() => RunAsync(asked => asked.Fail(DnsResponseCode.NameError), async (sim, server, client) =>
    {
        Assert.Equal(DnsResponseCode.NameError, (await client.QueryAsync(Www, DnsType.A)).ResponseCode);
        Assert.Equal(DnsOutcome.NameError, (await client.ResolveAsync<ARecord>(Www)).Outcome);
    });

    [Fact]
    public Task What_is_lost_is_asked_again() => RunAsync(asked => asked.Number < 1 ? null : asked.Answer(Address), async (sim, server, client) =>
    {
        TimeSpan begin = sim.Time.Elapsed;
        DnsExchange exchange = await client.ExchangeAsync(Www, DnsType.A);
        Assert.Equal(2, exchange.Tries);
        Assert.InRange(sim.Time.Elapsed - begin, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5.1));
        Assert.Equal(1, client.ReadCounters().Timeouts);
        // another number, and another port
        Assert.NotEqual(server.Asked[0].Message.Header.Id, server.Asked[1].Message.Header.Id);
        Assert.NotEqual(server.Asked[0].Peer.Port, server.Asked[1].Peer.Port);
    });

    [Fact]
    public Task Silence_ends_as_resolv_conf_says() => RunAsync(_ => null, async (sim, server, client) =>
    {
        TimeSpan begin = sim.Time.Elapsed;
        DnsQueryException silent = await Assert.ThrowsAsync<DnsQueryException>(() => client.QueryAsync(Www, DnsType.A));
        Assert.Equal(DnsQueryFailure.NoReply, silent.Failure);
        Assert.InRange(sim.Time.Elapsed - begin, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.1));
        Assert.Equal(2, server.Asked.Count);
        Assert.Equal(0, client.InFlight);
    });

    [Fact]
    public Task Servers_are_asked_in_turn_round_by_round() => SimulateAsync(async sim =>
    {
        List<string> order = [];
        ScriptedServer[] servers = await StartAllAsync(sim, asked => null, order);
        await using DnsClient client = Make(sim.AddHost("home"), new DnsClientOptions { Servers = [.. servers.Select(server => server.Udp)], Timeout = TimeSpan.FromSeconds(1), Attempts = 3 });
        await Assert.ThrowsAsync<DnsQueryException>(() => client.QueryAsync(Www, DnsType.A));
        Assert.Equal(["one", "two", "three", "one", "two", "three", "one", "two", "three"], order);
    });

    [Fact]
    public Task A_rotating_client_begins_with_another_server_each_time() => SimulateAsync(async sim =>
    {
        List<string> order = [];
        ScriptedServer[] servers = await StartAllAsync(sim, asked => asked.Answer(Address), order);
        await using DnsClient client = Make(sim.AddHost("home"), new DnsClientOptions { Servers = [.. servers.Select(server => server.Udp)], Rotates = true });
        for (int i = 0; i < 4; i++)
        {
            await client.QueryAsync(Www, DnsType.A);
        }

        Assert.Equal(["one", "two", "three", "one"], order);
    });

    [Theory]
    [InlineData(DnsResponseCode.ServerFailure)]
    [InlineData(DnsResponseCode.Refused)]
    [InlineData(DnsResponseCode.NotImplemented)]
    public Task A_server_that_fails_is_followed_by_the_next(DnsResponseCode code) => SimulateAsync(async sim =>
    {
        ScriptedServer bad = await ScriptedServer.StartAsync(sim.AddHost("bad"), asked => asked.Fail(code));
        ScriptedServer good = await ScriptedServer.StartAsync(sim.AddHost("good"), asked => asked.Answer(Address));
        await using DnsClient client = Make(sim.AddHost("home"), new DnsClientOptions { Servers = [bad.Udp, good.Udp], Queries = new DnsQueryOptions { UsesEdns = false } });
        DnsExchange exchange = await client.ExchangeAsync(Www, DnsType.A);
        Assert.Equal((DnsResponseCode.NoError, good.Udp, 2), (exchange.Answer.ResponseCode, exchange.Server, exchange.Tries));
    });

    [Fact]
    public Task If_all_fail_the_last_one_says_so_and_none_is_asked_twice() => RunAsync(asked => asked.Fail(DnsResponseCode.ServerFailure), async (sim, server, client) =>
    {
        Assert.Equal(DnsResponseCode.ServerFailure, (await client.QueryAsync(Www, DnsType.A)).ResponseCode);
        Assert.Single(server.Asked);
        Assert.Equal(DnsOutcome.Failed, (await client.ResolveAsync<ARecord>(Www)).Outcome);
    });

    [Fact]
    public Task What_was_cut_is_asked_for_by_TCP() => RunAsync(
        asked => asked.Transport == DnsTransport.Udp ? asked.Answer() with { Header = asked.Answer().Header with { IsTruncated = true } } : asked.Answer(Address),
        async (sim, server, client) =>
        {
            DnsExchange exchange = await client.ExchangeAsync(Www, DnsType.A);
            Assert.Equal((DnsTransport.Tcp, 1), (exchange.Transport, exchange.Answer.Answers.Count));
            Assert.Equal(1, client.ReadCounters().Truncated);
            exchange = await client.ExchangeAsync(Www, DnsType.A, new DnsQueryOptions { TakesTruncated = true });
            Assert.Equal((DnsTransport.Udp, true), (exchange.Transport, exchange.Answer.Header.IsTruncated));
        });

    [Fact]
    public Task A_message_that_was_cut_inside_a_record_is_asked_for_by_TCP() => RunBytesAsync(
        asked => [asked.Transport == DnsTransport.Udp ? (asked.Answer(Address) with { Header = asked.Answer().Header with { IsTruncated = true } }).Encode()[..^3] : asked.Answer(Address).Encode()],
        async (sim, server, client) => Assert.Equal(DnsTransport.Tcp, (await client.ExchangeAsync(Www, DnsType.A)).Transport));

    [Fact]
    public Task A_server_without_EDNS_is_asked_without_from_then_on() => RunAsync(
        asked => asked.Message.Opt is null ? asked.Answer(Address) : asked.Fail(DnsResponseCode.FormatError) with { Questions = [] },
        async (sim, server, client) =>
        {
            Assert.Single((await client.QueryAsync(Www, DnsType.A)).Answers);
            Assert.Single((await client.QueryAsync(Www, DnsType.A)).Answers);
            Assert.Equal([true, false, false], server.Asked.Select(asked => asked.Message.Opt is not null));
        });

    [Fact]
    public Task A_server_without_EDNS_is_remembered_without_cookies_too() => RunAsync(
        asked => asked.Message.Opt is null ? asked.Answer(Address) : asked.Fail(DnsResponseCode.FormatError) with { Questions = [] },
        async (sim, server, client) =>
        {
            DnsQueryOptions options = new() { UsesCookies = false };
            await client.QueryAsync(Www, DnsType.A, options);
            await client.QueryAsync(Www, DnsType.A, options);
            Assert.Equal([true, false, false], server.Asked.Select(asked => asked.Message.Opt is not null));
        });

    [Fact]
    public Task A_server_that_does_not_understand_one_question_keeps_EDNS_for_the_others() => RunAsync(
        asked => asked.Message.Question!.Type == DnsType.ANY ? asked.Fail(DnsResponseCode.NotImplemented) with { Opt = null } : asked.Answer(Address),
        async (sim, server, client) =>
        {
            Assert.Equal(DnsResponseCode.NotImplemented, (await client.QueryAsync(Www, DnsType.ANY)).ResponseCode);
            await client.QueryAsync(Www, DnsType.A);
            Assert.Equal([true, false, true], server.Asked.Select(asked => asked.Message.Opt is not null));
        });

    [Fact]
    public Task Options_of_a_question_are_bounded_too() => RunAsync(asked => asked.Answer(Address), async (sim, server, client) =>
    {
        DnsQueryOptions[] wrong =
        [
            new() { Attempts = 0 }, new() { Attempts = 11 }, new() { Timeout = TimeSpan.Zero }, new() { Timeout = TimeSpan.FromHours(1) }, new() { DatagramBytes = 65_536 }, new() { DatagramBytes = 100 },
            new() { Server = EndpointSpec.Parse("udp:ns.example:53") },
        ];
        foreach (DnsQueryOptions options in wrong)
        {
            Assert.Single(options.Validate());
            await Assert.ThrowsAsync<ArgumentException>("options", () => client.QueryAsync(Www, DnsType.A, options));
        }

        Assert.Empty(server.Asked);
        Assert.Single(new DnsClientOptions { Queries = new DnsQueryOptions { Attempts = 0 } }.Validate());
    });

    [Fact]
    public Task Giving_up_tells_whose_token_it_was() => RunAsync(_ => null, async (sim, server, client) =>
    {
        using CancellationTokenSource enough = new(TimeSpan.FromSeconds(1), sim.Time);
        OperationCanceledException given = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.QueryAsync(Www, DnsType.A, cancellationToken: enough.Token));
        Assert.Equal(enough.Token, given.CancellationToken);
    });

    [Fact]
    public Task When_disposing_has_ended_no_port_is_left() => SimulateAsync(async sim =>
    {
        ScriptedServer server = await ScriptedServer.StartAsync(sim.AddHost("server"), _ => null);
        SimHost home = sim.AddHost("home");
        WatchedPorts ports = new(home.Context.DatagramPorts);
        DnsClient client = new(
            new DnsClientOptions { Servers = [server.Udp], Random = new SeededNumbers(1) }, new EndpointContext { TimeProvider = home.Time, DatagramPorts = ports, StreamConnections = home.Context.StreamConnections });
        Task<DnsMessage>[] asked = [.. Enumerable.Range(0, 10).Select(_ => client.QueryAsync(Www, DnsType.A))];
        await sim.DelayAsync(TimeSpan.FromMilliseconds(100));
        Assert.Equal(10, ports.Open);
        await client.DisposeAsync();
        Assert.Equal(0, ports.Open);
        Assert.All(asked, question => Assert.True(question.IsCanceled));
    });

    [Fact]
    public Task A_server_without_a_way_to_it_is_not_waited_for() => SimulateAsync(async sim =>
    {
        ScriptedServer server = await ScriptedServer.StartAsync(sim.AddHost("server"), asked => asked.Answer(Address));
        SimHost home = sim.AddHost("home");
        WatchedPorts ports = new(home.Context.DatagramPorts) { SendsNothing = true };
        await using DnsClient client = new(
            new DnsClientOptions { Servers = [server.Udp], Random = new SeededNumbers(1) }, new EndpointContext { TimeProvider = home.Time, DatagramPorts = ports, StreamConnections = home.Context.StreamConnections });
        TimeSpan begin = sim.Time.Elapsed;
        Assert.Equal(DnsQueryFailure.Unreachable, (await Assert.ThrowsAsync<DnsQueryException>(() => client.QueryAsync(Www, DnsType.A))).Failure);
        Assert.Equal(begin, sim.Time.Elapsed);
        Assert.Equal(0, client.ReadCounters().Timeouts);
    });

    [Fact]
    public Task What_becomes_of_the_options_does_not_touch_the_client() => SimulateAsync(async sim =>
    {
        ScriptedServer server = await ScriptedServer.StartAsync(sim.AddHost("server"), asked => asked.Answer(Address));
        List<EndpointSpec> servers = [server.Udp];
        await using DnsClient client = Make(sim.AddHost("home"), new DnsClientOptions { Servers = servers });
        servers.Clear();
        Assert.Single((await client.QueryAsync(Www, DnsType.A)).Answers);
    });

    [Fact]
    public Task Localhost_is_asked_of_nobody() => RunAsync(asked => asked.Answer(Address), async (sim, server, client) =>
    {
        DnsAddresses here = await client.ResolveAddressesAsync("db.localhost");
        Assert.Equal([IPAddress.IPv6Loopback, IPAddress.Loopback], here.Addresses);
        Assert.Equal([IPAddress.Loopback], await new DnsNameResolver(client).ResolveAsync("localhost", System.Net.Sockets.AddressFamily.InterNetwork));
        Assert.Empty(server.Asked);
    });

    [Fact]
    public Task Giving_up_leaves_nothing_behind() => RunAsync(_ => null, async (sim, server, client) =>
    {
        using CancellationTokenSource enough = new(TimeSpan.FromSeconds(1), sim.Time);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.QueryAsync(Www, DnsType.A, cancellationToken: enough.Token));
        Assert.Equal((TimeSpan.FromSeconds(1), 0), (RoundUp(sim.Time.Elapsed), client.InFlight));
        await client.DisposeAsync();
        Assert.Equal(0, sim.Time.ArmedTimers);
    });

    [Fact]
    public Task Disposing_ends_what_is_under_way() => RunAsync(_ => null, async (sim, server, client) =>
    {
        Task<DnsMessage>[] asked = [.. Enumerable.Range(0, 10).Select(_ => client.QueryAsync(Www, DnsType.A))];
        await sim.DelayAsync(TimeSpan.FromMilliseconds(100));
        await client.DisposeAsync();
        foreach (Task<DnsMessage> question in asked)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => question);
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.QueryAsync(Www, DnsType.A));
    });

    [Fact]
    public Task So_many_are_under_way_so_many_wait_and_the_rest_fails_at_once() => SimulateAsync(async sim =>
    {
        ScriptedServer server = await ScriptedServer.StartAsync(sim.AddHost("server"), asked => asked.Answer(Address));
        await using DnsClient client = Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Udp], MostInFlight = 3, MostWaiting = 4 });
        Task<DnsMessage>[] asked = [.. Enumerable.Range(0, 9).Select(_ => client.QueryAsync(Www, DnsType.A))];
        Assert.Equal(3, client.InFlight);
        foreach (Task<DnsMessage> refused in asked[7..])
        {
            Assert.Equal(DnsQueryFailure.TooMany, (await Assert.ThrowsAsync<DnsQueryException>(() => refused)).Failure);
        }

        await Task.WhenAll(asked[..7]);
        Assert.Equal((7, 0), (server.Asked.Count, client.InFlight));
    });

    [Fact]
    public Task Who_waits_and_gives_up_takes_nobodys_turn() => SimulateAsync(async sim =>
    {
        ScriptedServer server = await ScriptedServer.StartAsync(sim.AddHost("server"), asked => asked.Number == 0 ? null : asked.Answer(Address));
        await using DnsClient client = Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Udp], MostInFlight = 1, Attempts = 1 });
        Task<DnsMessage> silent = client.QueryAsync(Www, DnsType.A);
        using CancellationTokenSource enough = new(TimeSpan.FromSeconds(1), sim.Time);
        Task<DnsMessage> impatient = client.QueryAsync(Www, DnsType.A, cancellationToken: enough.Token);
        Task<DnsMessage> patient = client.QueryAsync(Www, DnsType.A);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        await Assert.ThrowsAsync<DnsQueryException>(() => silent);
        Assert.Single((await patient).Answers);
        Assert.Equal(0, client.InFlight);
    });

    [Fact]
    public Task What_can_be_asked_for_is_in_the_question() => RunAsync(asked => asked.Answer(Address), async (sim, server, client) =>
    {
        await client.QueryAsync(Www, DnsType.A, new DnsQueryOptions
        {
            RecursionDesired = false,
            AuthenticData = true,
            CheckingDisabled = true,
            DnssecOk = true,
            RequestsNsid = true,
            DatagramBytes = 4000,
            UsesCookies = false,
            ClientSubnet = IPNetwork.Parse("198.51.100.0/22"),
            Class = DnsClass.CH,
        });
        DnsMessage question = server.Asked[0].Message;
        Assert.Equal((false, true, true), (question.Header.RecursionDesired, question.Header.AuthenticData, question.Header.CheckingDisabled));
        Assert.Equal((4000, true, DnsClass.CH), (question.Opt!.DatagramBytes, question.Opt.DnssecOk, question.Question!.Class));
        Assert.Equal(["Nsid:", "ClientSubnet:00011600c63364"], question.Opt.Options.Select(option => $"{option.Code}:{option.Value}"));
    });

    [Fact]
    public Task A_host_over_IPv6_is_asked_over_IPv6() => SimulateAsync(async sim =>
    {
        SimHost host = sim.AddHost("server");
        ScriptedServer server = await ScriptedServer.StartAsync(host, asked => asked.Answer(Address));
        IPAddress address = host.Addresses.First(candidate => candidate.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6);
        await using IDatagramPort port = await host.Context.DatagramPorts.BindAsync(new IPEndPoint(address, 54), (ref DatagramBatch batch) => { });
        await using DnsClient client = Make(sim.AddHost("home"), new DnsClientOptions { Servers = [EndpointSpec.Parse($"udp:[{address}]:54"), server.Udp], Timeout = TimeSpan.FromSeconds(1) });
        Assert.Single((await client.QueryAsync(Www, DnsType.A)).Answers);
        Assert.Equal(1, port.ReadCounters().Received);
    });

    [Fact]
    public Task Without_a_port_of_a_family_the_next_server_is_asked() => SimulateAsync(async sim =>
    {
        ScriptedServer server = await ScriptedServer.StartAsync(sim.AddHost("server"), asked => asked.Answer(Address));
        SimHost home = sim.AddHost("home");
        EndpointContext context = new() { TimeProvider = home.Time, DatagramPorts = new OnlyIPv4(home.Context.DatagramPorts), StreamConnections = home.Context.StreamConnections };
        await using DnsClient client = new(new DnsClientOptions { Servers = [EndpointSpec.Parse("udp:[2001:db8::1]:53"), server.Udp], Random = new SeededNumbers(1) }, context);
        Assert.Equal(2, (await client.ExchangeAsync(Www, DnsType.A)).Tries);
    });

    [Fact]
    public void Options_tell_all_that_is_wrong_with_them()
    {
        DnsClientOptions options = new() { Servers = [EndpointSpec.Parse("udp:ns.example:53")], Attempts = 0, Timeout = TimeSpan.FromHours(1), MostInFlight = 0, QueriesPerPort = 0 };
        Assert.Equal(5, options.Validate().Count);
        Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => new DnsClient(options));
    }

    internal static DnsClient Make(SimHost home, DnsClientOptions options)
    {
        options.Random = new SeededNumbers(1);
        return new DnsClient(options, home.Context);
    }

    internal static Task SimulateAsync(Func<Simulation, Task> scenario, [CallerMemberName] string? test = null) =>
        Simulation.RunAsync(scenario, new SimulationOptions { Mode = SimulationMode.Strict, Seeds = new SeedRange(1, 3) }, test);

    internal static Task RunAsync(Func<AskedQuestion, DnsMessage?> script, Func<Simulation, ScriptedServer, DnsClient, Task> scenario, [CallerMemberName] string? test = null) =>
        RunBytesAsync(asked => script(asked) is { } answer ? [answer.Encode()] : [], scenario, test);

    internal static Task RunBytesAsync(Func<AskedQuestion, IEnumerable<byte[]>> script, Func<Simulation, ScriptedServer, DnsClient, Task> scenario, [CallerMemberName] string? test = null) => SimulateAsync(async sim =>
    {
        ScriptedServer server = await ScriptedServer.StartBytesAsync(sim.AddHost("server"), script);
        await using DnsClient client = Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Udp] });
        await scenario(sim, server, client);
    }, test);

    private static async Task<ScriptedServer[]> StartAllAsync(Simulation sim, Func<AskedQuestion, DnsMessage?> script, List<string> order)
    {
        List<ScriptedServer> servers = [];
        foreach (string name in (string[])["one", "two", "three"])
        {
            servers.Add(await ScriptedServer.StartAsync(sim.AddHost(name), asked =>
            {
                order.Add(name);
                return script(asked);
            }));
        }

        return [.. servers];
    }

    private static TimeSpan RoundUp(TimeSpan time) => TimeSpan.FromSeconds((long)time.TotalSeconds);

    private sealed class OnlyIPv4(IDatagramPortFactory ports) : IDatagramPortFactory
    {
        public ValueTask<IDatagramPort> BindAsync(EndPoint at, DatagramHandler handler, DatagramPortOptions? options = null, CancellationToken cancellationToken = default) =>
            at.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
                ? ports.BindAsync(at, handler, options, cancellationToken)
                : throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.AddressFamilyNotSupported);
    }
}
