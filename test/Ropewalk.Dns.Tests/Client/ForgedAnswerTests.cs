using System.Net;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Testing;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>RFC 5452: what is not the answer is counted, and the answer is waited for.</summary>
public sealed class ForgedAnswerTests
{
    private const string True = "www.example. 300 IN A 192.0.2.1";
    private const string False = "www.example. 300 IN A 203.0.113.66";

    private static readonly DomainName Www = DomainName.Parse("www.example.");

    public static TheoryData<string, Func<DnsClientCounters, long>> Forgeries => new()
    {
        { "id", counters => counters.WrongId },
        { "name", counters => counters.WrongQuestion },
        { "type", counters => counters.WrongQuestion },
        { "class", counters => counters.WrongQuestion },
        { "no question", counters => counters.WrongQuestion },
        { "two questions", counters => counters.WrongQuestion },
        { "a question", counters => counters.WrongQuestion },
        { "opcode", counters => counters.WrongQuestion },
        { "cut", counters => counters.Malformed },
        { "empty", counters => counters.Malformed },
        { "trailing", counters => counters.Malformed },
        { "cookie", counters => counters.WrongCookie },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public Task What_does_not_fit_is_counted_and_the_answer_waited_for(string what, Func<DnsClientCounters, long> count) => DnsClientTests.RunBytesAsync(
        asked => [Forge(what, asked), Forge(what, asked), asked.Answer(True).Encode(), asked.Answer(False).Encode()],
        async (sim, server, client) =>
        {
            DnsMessage answer = await client.QueryAsync(Www, DnsType.A);
            Assert.Equal(True, Assert.Single(answer.Answers).ToString());
            Assert.Equal((2, 1), (count(client.ReadCounters()), client.ReadCounters().Answers));
        });

    [Fact]
    public Task What_comes_from_another_address_is_not_listened_to() => DnsClientTests.SimulateAsync(async sim =>
    {
        SimHost liar = sim.AddHost("liar");
        await using IDatagramPort same = await liar.Context.DatagramPorts.BindAsync(new IPEndPoint(IPAddress.Any, 53), (ref DatagramBatch batch) => { });
        ScriptedServer server = null!;
        await using IDatagramPort other = await sim.AddHost("elsewhere").Context.DatagramPorts.BindAsync(new IPEndPoint(IPAddress.Any, 53), (ref DatagramBatch batch) => { });
        server = await ScriptedServer.StartAsync(sim.AddHost("server"), asked =>
        {
            // It knows all of the question but where the server is.
            same.TrySend(asked.Peer, asked.Answer(False).Encode());
            other.TrySend(asked.Peer, asked.Answer(False).Encode());
            return asked.Number == 0 ? null : asked.Answer(True);
        });
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Udp] });
        Assert.Equal(True, Assert.Single((await client.QueryAsync(Www, DnsType.A)).Answers).ToString());
        Assert.InRange(client.ReadCounters().WrongPeer, 2, 4);
    });

    [Fact]
    public Task What_comes_from_another_port_of_the_server_is_not_listened_to() => DnsClientTests.SimulateAsync(async sim =>
    {
        SimHost host = sim.AddHost("server");
        await using IDatagramPort other = await host.Context.DatagramPorts.BindAsync(new IPEndPoint(IPAddress.Any, 54), (ref DatagramBatch batch) => { });
        ScriptedServer server = await ScriptedServer.StartAsync(host, asked =>
        {
            other.TrySend(asked.Peer, asked.Answer(False).Encode());
            return asked.Number == 0 ? null : asked.Answer(True);
        });
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Udp] });
        Assert.Equal(True, Assert.Single((await client.QueryAsync(Www, DnsType.A)).Answers).ToString());
        Assert.True(client.ReadCounters().WrongPeer >= 1);
    });

    [Fact]
    public Task An_answer_after_its_time_is_not_taken_for_the_next() => DnsClientTests.SimulateAsync(async sim =>
    {
        SimHost host = sim.AddHost("server");
        ScriptedServer server = await ScriptedServer.StartAsync(host, asked => asked.Answer(asked.Number == 0 ? False : True));
        using IDisposable late = sim.AddRule((in LinkUnit unit) =>
            unit.Kind == LinkUnitKind.Datagram && unit.From == host && server.Asked.Count == 1 ? LinkVerdict.Late(TimeSpan.FromSeconds(5.0005)) : LinkVerdict.Pass);
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Udp], QueriesPerPort = 10 });
        Assert.Equal(True, Assert.Single((await client.QueryAsync(Www, DnsType.A)).Answers).ToString());
        await sim.DelayAsync(TimeSpan.FromSeconds(1));
        // the port is the same: the number is what tells them apart
        Assert.Equal(server.Asked[0].Peer, server.Asked[1].Peer);
        Assert.Equal(1, client.ReadCounters().Ignored);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task An_answer_in_another_case_is_taken_only_if_case_says_nothing(bool mixes) => DnsClientTests.SimulateAsync(async sim =>
    {
        ScriptedServer server = await ScriptedServer.StartAsync(sim.AddHost("server"), asked => asked.Answer(True) with { Questions = [new DnsQuestion(Name, DnsType.A)] });
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Udp], MixesCase = mixes, Attempts = 1 });
        Task<DnsMessage> asked = client.QueryAsync(Name, DnsType.A);
        if (mixes)
        {
            await Assert.ThrowsAsync<DnsQueryException>(() => asked);
            Assert.Equal(1, client.ReadCounters().WrongQuestion);
            Assert.Contains(server.Asked[0].Message.Question!.Name.ToString(), char.IsUpper);
        }
        else
        {
            Assert.Single((await asked).Answers);
        }
    });

    [Fact]
    public Task With_mixed_case_each_question_has_another_one() => DnsClientTests.SimulateAsync(async sim =>
    {
        ScriptedServer server = await ScriptedServer.StartAsync(sim.AddHost("server"), asked => asked.Answer(True));
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Udp], MixesCase = true });
        for (int i = 0; i < 50; i++)
        {
            Assert.Single((await client.QueryAsync(Name, DnsType.A)).Answers);
        }

        Assert.True(server.Asked.Select(asked => asked.Message.Question!.Name.ToString()).Distinct(StringComparer.Ordinal).Count() > 40);
    });

    [Fact]
    public Task Numbers_and_ports_are_spread_evenly_and_say_nothing_of_the_next() => DnsClientTests.SimulateAsync(async sim =>
    {
        const int Questions = 4096;
        ScriptedServer server = await ScriptedServer.StartAsync(sim.AddHost("server"), asked => asked.Answer(True));
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Udp] });
        for (int i = 0; i < Questions / 64; i++)
        {
            await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => client.QueryAsync(Www, DnsType.A)));
        }

        int[] ids = [.. server.Asked.Select(asked => (int)asked.Message.Header.Id)], ports = [.. server.Asked.Select(asked => asked.Peer.Port)];
        Assert.All(ports, port => Assert.InRange(port, 1024, 65535));
        Assert.Equal(Questions, ids.Length);
        AssertEven(ids, 0, 65536);
        AssertEven(ports, 1024, 65536);
        // from one to the next, and from the number to the port
        AssertEven([.. ids.Zip(ids.Skip(1), (one, next) => (next - one) & 0xffff)], 0, 65536);
        AssertEven([.. ids.Zip(ports, (id, port) => (id + port) & 0xffff)], 0, 65536);
        // 4096 of 65536 drawn: some 3970 differ
        Assert.InRange(ids.Distinct().Count(), 3900, 4050);
        Assert.InRange(ports.Distinct().Count(), 3900, 4050);
    });

    private static DomainName Name { get; } = DomainName.Parse("abcdefghijklmnopqrstuvwxyz.example.");

    // 16 bins of 256 expected each: chi squared with 15 degrees of freedom is above 50 once in 100,000 draws, and the seeds are fixed.
    private static void AssertEven(int[] values, int from, int to)
    {
        double expected = values.Length / 16.0;
        double chi = values.GroupBy(value => (int)((value - from) * 16L / (to - from))).Select(bin => bin.Count()).Sum(count => (count - expected) * (count - expected) / expected);
        Assert.InRange(chi, 0, 50);
    }

    private static byte[] Forge(string what, AskedQuestion asked)
    {
        DnsMessage forged = asked.Answer(False);
        DnsQuestion question = asked.Message.Question!;
        return what switch
        {
            "id" => (forged with { Header = forged.Header with { Id = (ushort)(forged.Header.Id ^ 1) } }).Encode(),
            "name" => (forged with { Questions = [question with { Name = DomainName.Parse("wwx.example.") }] }).Encode(),
            "type" => (forged with { Questions = [question with { Type = DnsType.AAAA }] }).Encode(),
            "class" => (forged with { Questions = [question with { Class = DnsClass.CH }] }).Encode(),
            "no question" => (forged with { Questions = [] }).Encode(),
            "two questions" => (forged with { Questions = [question, question] }).Encode(),
            "a question" => (forged with { Header = forged.Header with { IsResponse = false } }).Encode(),
            "opcode" => (forged with { Header = forged.Header with { Opcode = DnsOpcode.Notify } }).Encode(),
            "cut" => forged.Encode()[..^1],
            "empty" => [],
            "trailing" => [.. forged.Encode(), 0],
            _ => (forged with { Opt = new OptRecord(1232, Options: [new OptOption(EdnsOptionCode.Cookie, new byte[24])]) }).Encode(),
        };
    }
}
