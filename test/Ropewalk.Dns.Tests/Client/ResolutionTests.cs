using System.Net;
using System.Net.Sockets;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Endpoints;
using Ropewalk.Testing;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>From names to records: aliases, search lists, both families, services, the engine's own names.</summary>
public sealed class ResolutionTests
{
    private static readonly DomainName Www = DomainName.Parse("www.example.");

    [Fact]
    public Task Aliases_are_followed_within_an_answer_and_beyond_it() => RunAsync(
        ["www.example. 300 IN CNAME a.example.", "a.example. 60 IN CNAME b.test.", "b.test. 900 IN A 192.0.2.1", "b.test. 800 IN A 192.0.2.2"],
        async (server, client) =>
        {
            DnsAnswer<ARecord> answer = await client.ResolveAsync<ARecord>(Www);
            Assert.Equal(["192.0.2.1", "192.0.2.2"], answer.Records.Select(record => record.Address.ToString()));
            Assert.Equal(("b.test.", TimeSpan.FromSeconds(60)), (answer.CanonicalName.ToString(), answer.Ttl));
            Assert.Equal(["www.example.", "a.example."], answer.Aliases.Select(name => name.ToString()));
            // The server says one step at a time.
            Assert.Equal(["www.example.", "a.example.", "b.test."], server.Asked.Select(asked => asked.Message.Question!.Name.ToString()));
        });

    [Theory]
    [InlineData("www.example. 60 IN CNAME www.example.")]
    [InlineData("www.example. 60 IN CNAME a.example.", "a.example. 60 IN CNAME www.example.")]
    public Task Aliases_in_a_circle_end(params string[] records) => RunAsync(records, async (server, client) =>
    {
        Assert.Equal(DnsOutcome.AliasesEndless, (await client.ResolveAsync<ARecord>(Www)).Outcome);
        Assert.InRange(server.Asked.Count, 1, 2);
    });

    [Fact]
    public Task Aliases_without_end_end() => DnsClientTests.RunAsync(
        asked => asked.Answer($"{asked.Message.Question!.Name} 60 IN CNAME x{asked.Number}.example."),
        async (sim, server, client) =>
        {
            DnsAnswer<ARecord> answer = await client.ResolveAsync<ARecord>(Www);
            Assert.Equal((DnsOutcome.AliasesEndless, 16), (answer.Outcome, answer.Aliases.Count));
            Assert.Equal(17, server.Asked.Count);
        });

    [Fact]
    public Task A_name_without_such_records_says_so() => RunAsync(["www.example. 60 IN A 192.0.2.1"], async (server, client) =>
    {
        Assert.Equal(DnsOutcome.NoRecords, (await client.ResolveAsync<AaaaRecord>(Www)).Outcome);
        Assert.Equal(DnsOutcome.NameError, (await client.ResolveAsync<AaaaRecord>(DomainName.Parse("nobody.example."))).Outcome);
    });

    [Theory]
    [InlineData("www", "www.one.test., www.two.test., www.")]
    [InlineData("www.sub", "www.sub., www.sub.one.test., www.sub.two.test.")]
    [InlineData("www.", "www.")]
    [InlineData("a\\.b", "a\\.b.one.test., a\\.b.two.test., a\\.b.")]
    public Task A_search_list_is_gone_through(string name, string asked) => RunAsync([], async (server, client) =>
    {
        Assert.Equal(DnsOutcome.NameError, (await client.ResolveAsync<ARecord>(name)).Outcome);
        Assert.Equal(asked, string.Join(", ", server.Asked.Select(question => question.Message.Question!.Name)));
    });

    [Fact]
    public Task The_first_suffix_that_has_records_ends_the_search() => RunAsync(["www.one.test. 60 IN TXT x", "www.two.test. 60 IN A 192.0.2.2"], async (server, client) =>
    {
        DnsAnswer<ARecord> answer = await client.ResolveAsync<ARecord>("www");
        Assert.Equal(("www.two.test.", 2), (answer.CanonicalName.ToString(), server.Asked.Count));
        Assert.Equal(DnsOutcome.NoRecords, (await client.ResolveAsync<MxRecord>("www")).Outcome);
    });

    [Fact]
    public void A_name_that_would_be_too_long_is_left_out()
    {
        string name = string.Join('.', Enumerable.Repeat(new string('a', 61), 4));
        Assert.Equal([name + "."], SearchOrder.Of(name, [DomainName.Parse("example.")], 1).Select(candidate => candidate.ToString()));
    }

    [Fact]
    public Task Both_families_are_asked_for_at_once() => RunAsync(["www.one.test. 60 IN A 192.0.2.1", "www.one.test. 60 IN AAAA 2001:db8::1"], async (server, client) =>
    {
        DnsAddresses addresses = await client.ResolveAddressesAsync("www");
        Assert.Equal(["2001:db8::1", "192.0.2.1"], addresses.Addresses.Select(address => address.ToString()));
        Assert.Equal(["192.0.2.9"], (await client.ResolveAddressesAsync("192.0.2.9")).Addresses.Select(address => address.ToString()));
        HostsFile hosts = HostsFile.Parse("192.0.2.7 WWW www.one.test");
        Assert.Equal(["192.0.2.7"], (await client.ResolveAddressesAsync("www", hosts)).Addresses.Select(address => address.ToString()));
        Assert.Equal(2, server.Asked.Count);
        Assert.Equal(DnsOutcome.NameError, (await client.ResolveAddressesAsync("nobody")).Outcome);
    });

    [Theory]
    [InlineData("192.0.2.1", "1.2.0.192.in-addr.arpa.")]
    [InlineData("::ffff:192.0.2.1", "1.2.0.192.in-addr.arpa.")]
    [InlineData("2001:db8::567:89ab", "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.")]
    public Task Addresses_have_names(string address, string name) => RunAsync([$"{name} 60 IN PTR www.example."], async (server, client) =>
        Assert.Equal("www.example.", Assert.Single((await client.ResolveNamesAsync(IPAddress.Parse(address))).Records).Target.ToString()));

    [Fact]
    public Task Services_are_ordered_by_priority() => RunAsync(
        ["_xmpp._tcp.example. 60 IN SRV 20 0 1 c.example.", "_xmpp._tcp.example. 60 IN SRV 10 0 2 a.example.", "_xmpp._tcp.example. 60 IN SRV 10 50 3 b.example.", "_no._tcp.example. 60 IN SRV 0 0 0 ."],
        async (server, client) =>
        {
            DnsServices services = await client.ResolveServicesAsync("xmpp", "tcp", DomainName.Parse("example."));
            Assert.Equal((true, 3, 1), (services.IsOffered, services.Targets.Count, services.Targets[2].Port));
            services = await client.ResolveServicesAsync("no", "tcp", DomainName.Parse("example."));
            Assert.Equal((DnsOutcome.Found, false, 0), (services.Outcome, services.IsOffered, services.Targets.Count));
        });

    [Fact]
    public void Services_of_one_priority_are_drawn_by_their_weights()
    {
        QueryNumbers numbers = new(new SeededNumbers(7));
        SrvRecord[] records = [.. ((ushort[])[0, 10, 30, 60]).Select(weight => new SrvRecord(1, weight, weight, Www))];
        int[] first = [.. Enumerable.Range(0, 10_000).Select(_ => (int)DnsServices.Order(records, numbers).First().Port)];
        Assert.InRange(first.Count(port => port == 60), 5_700, 6_200);
        Assert.InRange(first.Count(port => port == 30), 2_700, 3_200);
        Assert.InRange(first.Count(port => port == 10), 850, 1_150);
        Assert.InRange(first.Count(port => port == 0), 50, 150);
        Assert.Equal(4, DnsServices.Order(records, numbers).Distinct().Count());
    }

    [Fact]
    public Task The_engine_connects_by_names_that_the_client_resolves() => DnsClientTests.SimulateAsync(async sim =>
    {
        SimHost target = sim.AddHost("target");
        await target.ListenAsync("tcp:7", async connection => await connection.Transport.Output.WriteAsync("x"u8.ToArray()));
        ScriptedServer server = await StartAsync(sim.AddHost("server"), [.. target.Addresses.Select(address => $"shop.one.test. 60 IN {(address.AddressFamily == AddressFamily.InterNetwork ? "A" : "AAAA")} {address}")]);
        SimHost home = sim.AddHost("home");
        await using DnsClient client = DnsClientTests.Make(home, Options(server));
        EndpointContext context = new() { StreamConnections = home.Context.StreamConnections, TimeProvider = home.Time, NameResolver = new DnsNameResolver(client) };
        await using (await new Ropewalk.Client.ConnectionClient(context).ConnectAsync("tcp:shop:7"))
        {
            Assert.Equal(2, server.Asked.Count);
        }

        EndpointException unknown = await Assert.ThrowsAsync<EndpointException>(async () => await new Ropewalk.Client.ConnectionClient(context).ConnectAsync("tcp:nobody:7"));
        Assert.NotEmpty(unknown.Message);
        IReadOnlyList<IPAddress> own = await context.NameResolver.ResolveAsync("db.localhost", AddressFamily.InterNetwork);
        Assert.Equal([IPAddress.Loopback], own);
    });

    [Fact]
    public Task A_resolver_whose_servers_fail_says_that_it_could_not() => DnsClientTests.RunAsync(asked => asked.Fail(DnsResponseCode.ServerFailure), async (sim, server, client) =>
        Assert.Contains("SERVFAIL", (await Assert.ThrowsAsync<EndpointException>(async () => await new DnsNameResolver(client).ResolveAsync("www.example", AddressFamily.InterNetwork))).Message, StringComparison.Ordinal));

    [Fact]
    public Task A_signed_question_has_a_signed_answer_or_none() => DnsClientTests.SimulateAsync(async sim =>
    {
        TsigKey key = new(DomainName.Parse("k."), TsigAlgorithm.HmacSha512, "0123456789abcdef"u8);
        SimHost host = sim.AddHost("server");
        bool isSigned = true;
        ScriptedServer server = await ScriptedServer.StartBytesAsync(host, asked =>
        {
            // A forger without the key answers first, and is not heard.
            byte[] unsigned = asked.Answer("www.example. 60 IN A 203.0.113.66").Encode();
            return isSigned ? [unsigned, .. new TransferScript(asked, key, host.Time.GetUtcNow()).Add("www.example. 60 IN A 192.0.2.1").Messages] : [unsigned];
        });
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Udp], Keys = [key], Queries = new DnsQueryOptions { Key = key.Name } });
        DnsMessage answer = await client.QueryAsync(Www, DnsType.A);
        Assert.Equal("www.example. 60 IN A 192.0.2.1", Assert.Single(answer.Answers).ToString());
        Assert.Equal((DnsType.TSIG, 1), (Assert.Single(answer.Additionals).Type, client.ReadCounters().WrongSignature));
        isSigned = false;
        Assert.Equal(DnsQueryFailure.NoReply, (await Assert.ThrowsAsync<DnsQueryException>(() => client.QueryAsync(Www, DnsType.A))).Failure);
        await Assert.ThrowsAsync<ArgumentException>(() => client.QueryAsync(Www, DnsType.A, new DnsQueryOptions { Key = DomainName.Parse("other.") }));
    });

    [Fact]
    public void Every_record_class_is_called_as_its_type_is()
    {
        foreach (RecordFormat format in RecordFormat.All)
        {
            Type record = Assert.Single(typeof(Rdata).Assembly.GetTypes(), type => type.IsSubclassOf(typeof(Rdata)) && type.Name.Equals($"{format.Type.Mnemonic()}Record", StringComparison.OrdinalIgnoreCase));
            object? type = typeof(RecordTypeOf<>).MakeGenericType(record).GetProperty("Type")!.GetValue(null);
            Assert.Equal(format.Type, type);
        }
    }

    private static Task RunAsync(string[] records, Func<ScriptedServer, DnsClient, Task> scenario) => DnsClientTests.SimulateAsync(async sim =>
    {
        ScriptedServer server = await StartAsync(sim.AddHost("server"), records);
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), Options(server));
        await scenario(server, client);
    });

    private static DnsClientOptions Options(ScriptedServer server) => new() { Servers = [server.Udp], Search = [DomainName.Parse("one.test."), DomainName.Parse("two.test.")] };

    // A server of some records: it gives a name's own and follows nothing.
    private static Task<ScriptedServer> StartAsync(SimHost host, string[] records)
    {
        ResourceRecord[] zone = [.. records.Select(ResourceRecord.Parse)];
        return ScriptedServer.StartAsync(host, asked =>
        {
            DnsQuestion question = asked.Message.Question!;
            ResourceRecord[] own = [.. zone.Where(record => record.Owner == question.Name)];
            return own.Length == 0
                ? asked.Fail(DnsResponseCode.NameError)
                : asked.Answer() with { Answers = [.. own.Where(record => record.Type == question.Type || record.Type == DnsType.CNAME)] };
        });
    }
}
