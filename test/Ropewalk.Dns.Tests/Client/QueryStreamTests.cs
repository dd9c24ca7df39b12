using System.Runtime.CompilerServices;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Endpoints;
using Ropewalk.Testing;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>Questions on connections: RFC 7766.</summary>
public sealed class QueryStreamTests
{
    [Fact]
    public Task Many_questions_share_a_connection_and_answers_come_in_any_order()
    {
        List<byte[]> held = [];
        return RunAsync(
            asked =>
            {
                held.Add(asked.Answer($"{asked.Message.Question!.Name} 60 IN TXT \"{asked.Message.Question.Name}\"").Encode());
                return held.Count < 50 ? [] : Enumerable.Reverse(held);
            },
            async (sim, server, client) =>
            {
                DnsMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => client.QueryAsync(Name(i), DnsType.TXT)));
                Assert.All(answers, (answer, i) => Assert.Equal(Name(i), answer.Answers[0].Owner));
                Assert.Equal(1, server.Connections);
                Assert.Equal(50, server.Asked.Select(asked => asked.Message.Header.Id).Distinct().Count());
            });
    }

    [Fact]
    public Task An_idle_connection_is_closed_and_made_again() => RunAsync(asked => [Answer(asked)], async (sim, server, client) =>
    {
        await client.QueryAsync(Name(1), DnsType.TXT);
        await sim.DelayAsync(TimeSpan.FromSeconds(9));
        await client.QueryAsync(Name(2), DnsType.TXT);
        Assert.Equal(1, server.Connections);
        await sim.DelayAsync(TimeSpan.FromSeconds(11));
        await client.QueryAsync(Name(3), DnsType.TXT);
        Assert.Equal(2, server.Connections);
    });

    [Theory]
    [InlineData(600, 60, 1, 61)]
    [InlineData(40, 3, 1, 5)]
    [InlineData(36_000, 119, 1, 121)]
    public Task A_connection_is_kept_for_as_long_as_the_server_says(int told, int kept, int connections, int closed) => RunAsync(asked => [Answer(asked, (ushort)told)], async (sim, server, client) =>
    {
        await client.QueryAsync(Name(1), DnsType.TXT);
        Assert.True(server.Asked[0].Message.Opt!.TryFind(EdnsOptionCode.TcpKeepalive, out OptOption? asked));
        Assert.Equal(0, asked.Value.Length);
        await sim.DelayAsync(TimeSpan.FromSeconds((long)kept) - TimeSpan.FromMilliseconds(500));
        await client.QueryAsync(Name(2), DnsType.TXT);
        Assert.Equal(connections, server.Connections);
        await sim.DelayAsync(TimeSpan.FromSeconds((long)closed));
        await client.QueryAsync(Name(3), DnsType.TXT);
        Assert.Equal(connections + 1, server.Connections);
    });

    [Fact]
    public Task A_server_that_wants_to_be_left_is_left_when_it_has_answered()
    {
        byte[] held = [];
        return RunAsync(
            asked =>
            {
                if (asked.Message.Question!.Name != Name(1))
                {
                    return asked.Message.Question.Name == Name(2) ? [Answer(asked, 0), held] : [Answer(asked)];
                }

                held = Answer(asked);
                return [];
            },
            async (sim, server, client) =>
            {
                Task<DnsMessage> slow = client.QueryAsync(Name(1), DnsType.TXT);
                await sim.DelayAsync(TimeSpan.FromSeconds(1));
                await client.QueryAsync(Name(2), DnsType.TXT);
                Assert.Single((await slow).Answers);
                Assert.Equal((1, 2), (server.Connections, server.Asked.Count));
                await client.QueryAsync(Name(3), DnsType.TXT);
                Assert.Equal(2, server.Connections);
                // it has not failed, and was not counted as if it had
                Assert.Equal((3, 0), (client.ReadCounters().Answers, client.ReadCounters().Timeouts));
            });
    }

    [Fact]
    public Task At_zero_nothing_is_asked_and_nothing_heeded() => DnsClientTests.SimulateAsync(async sim =>
    {
        ScriptedServer server = await ScriptedServer.StartBytesAsync(sim.AddHost("server"), asked => [Answer(asked, 1)]);
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Tcp], StreamKeepaliveTimeout = TimeSpan.Zero });
        await client.QueryAsync(Name(1), DnsType.TXT);
        Assert.False(server.Asked[0].Message.Opt!.TryFind(EdnsOptionCode.TcpKeepalive, out _));
        await sim.DelayAsync(TimeSpan.FromSeconds(9));
        await client.QueryAsync(Name(2), DnsType.TXT);
        Assert.Equal(1, server.Connections);
    });

    [Fact]
    public Task A_server_that_closes_after_each_answer_is_asked_on_another_connection() => RunAsync(asked => [Answer(asked)], async (sim, server, client) =>
    {
        server.EndsConnections = true;
        for (int i = 0; i < 5; i++)
        {
            Assert.Single((await client.QueryAsync(Name(i), DnsType.TXT)).Answers);
        }

        Assert.InRange(server.Connections, 5, 6);
    });

    [Fact]
    public Task A_server_that_answers_one_question_of_many_and_closes_is_asked_the_others_on_other_connections()
    {
        HashSet<PeerAddress> answered = [];
        return RunAsync(asked => answered.Add(asked.Peer) ? [Answer(asked)] : [], async (sim, server, client) =>
        {
            answered.Clear();
            server.EndsConnections = true;
            DnsMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => client.QueryAsync(Name(i), DnsType.TXT)));
            Assert.All(answers, (answer, i) => Assert.Equal(Name(i), answer.Question!.Name));
            Assert.Equal(20, server.Connections);
        });
    }

    [Fact]
    public Task What_was_given_up_is_not_kept_for_a_server_that_does_not_read() => DnsClientTests.SimulateAsync(async sim =>
    {
        const int GivenUp = 30_000;
        TaskCompletionSource reads = new();
        SimHost host = sim.AddHost("server");
        ScriptedServer server = new(host, asked => asked.Message.Question!.Name == Name(0) ? [Answer(asked)] : []);
        await host.ListenAsync("tcp:53", async connection =>
        {
            await reads.Task;
            await server.ConverseAsync(connection);
        });
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Tcp] });
        for (int i = 0; i < GivenUp; i++)
        {
            using CancellationTokenSource enough = new();
            Task<DnsMessage> asked = client.QueryAsync(Name(1), DnsType.TXT, cancellationToken: enough.Token);
            if (i == 0)
            {
                await sim.DelayAsync(TimeSpan.FromMilliseconds(100));
            }

            enough.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }

        Task<DnsMessage> last = client.QueryAsync(Name(0), DnsType.TXT);
        reads.SetResult();
        Assert.Single((await last).Answers);
        // what the connection had taken before its window was full
        Assert.InRange(server.Asked.Count, 1, GivenUp * 2 / 3);
    });

    [Fact]
    public Task Numbers_of_no_question_are_counted_and_the_answer_is_waited_for() => RunAsync(
        asked => [(asked.Answer() with { Header = asked.Answer().Header with { Id = (ushort)(asked.Message.Header.Id + 1) } }).Encode(), [1, 2, 3], Answer(asked)],
        async (sim, server, client) =>
        {
            Assert.Single((await client.QueryAsync(Name(1), DnsType.TXT)).Answers);
            Assert.Equal((1, 1), (client.ReadCounters().Late, client.ReadCounters().Malformed));
        });

    [Fact]
    public Task Another_question_in_the_answer_ends_the_try_at_once() => RunAsync(
        asked => [(asked.Answer() with { Questions = [new DnsQuestion(Name(2), DnsType.TXT)] }).Encode()],
        async (sim, server, client) =>
        {
            TimeSpan begin = sim.Time.Elapsed;
            Assert.Equal(DnsQueryFailure.Malformed, (await Assert.ThrowsAsync<DnsQueryException>(() => client.QueryAsync(Name(1), DnsType.TXT))).Failure);
            Assert.True(sim.Time.Elapsed - begin < TimeSpan.FromSeconds(1));
        });

    [Fact]
    public Task Silence_ends_in_time_and_a_silent_connection_is_not_used_again() => RunAsync(_ => [], async (sim, server, client) =>
    {
        TimeSpan begin = sim.Time.Elapsed;
        Assert.Equal(DnsQueryFailure.NoReply, (await Assert.ThrowsAsync<DnsQueryException>(() => client.QueryAsync(Name(1), DnsType.TXT))).Failure);
        Assert.InRange(sim.Time.Elapsed - begin, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10.1));
        Assert.Equal(2, server.Connections);
    });

    [Fact]
    public Task So_many_are_under_way_on_a_connection_and_the_rest_waits() => DnsClientTests.SimulateAsync(async sim =>
    {
        int most = 0;
        List<AskedQuestion> open = [];
        ScriptedServer server = await ScriptedServer.StartBytesAsync(sim.AddHost("server"), asked =>
        {
            open.Add(asked);
            most = Math.Max(most, open.Count);
            if (open.Count < 5)
            {
                return [];
            }

            List<byte[]> answers = [.. open.Select(Answer)];
            open.Clear();
            return answers;
        });
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Tcp], MostInFlightOfStream = 5 });
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => client.QueryAsync(Name(i), DnsType.TXT)));
        Assert.Equal((5, 1, 20), (most, server.Connections, server.Asked.Count));
    });

    [Fact]
    public Task Nobody_there_is_said_at_once() => DnsClientTests.SimulateAsync(async sim =>
    {
        SimHost nobody = sim.AddHost("nobody");
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [EndpointSpec.Parse($"tcp:{nobody.Addresses[0]}:53".Replace("fd00::1", "[fd00::1]", StringComparison.Ordinal))] });
        Assert.Equal(DnsQueryFailure.Unreachable, (await Assert.ThrowsAsync<DnsQueryException>(() => client.QueryAsync(Name(1), DnsType.TXT))).Failure);
    });

    [Fact]
    public Task Giving_up_leaves_the_connection_to_the_others() => RunAsync(
        asked => asked.Number == 0 ? [] : [Answer(asked)],
        async (sim, server, client) =>
        {
            using CancellationTokenSource enough = new(TimeSpan.FromSeconds(1), sim.Time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.QueryAsync(Name(1), DnsType.TXT, cancellationToken: enough.Token));
            Assert.Single((await client.QueryAsync(Name(2), DnsType.TXT)).Answers);
            Assert.Equal(1, server.Connections);
        });

    [Fact]
    public Task When_the_client_is_gone_so_are_its_connections() => RunAsync(_ => [], async (sim, server, client) =>
    {
        Task<DnsMessage> asked = client.QueryAsync(Name(1), DnsType.TXT);
        await sim.DelayAsync(TimeSpan.FromSeconds(1));
        await client.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await sim.DelayAsync(TimeSpan.FromMilliseconds(10));
        Assert.Equal(0, sim.Time.ArmedTimers);
    });

    [Fact]
    public Task A_reset_in_the_middle_is_the_end_of_a_try_and_not_of_the_client() => RunAsync(asked => [Answer(asked)], async (sim, server, client) =>
    {
        bool isBroken = true;
        using IDisposable rule = sim.AddRule((in LinkUnit unit) => isBroken && unit.Bytes > 0 && !(isBroken = false) ? LinkVerdict.Reset : LinkVerdict.Pass);
        DnsExchange exchange = await client.ExchangeAsync(Name(1), DnsType.TXT);
        Assert.Equal((2, DnsTransport.Tcp), (exchange.Tries, exchange.Transport));
    });

    private static byte[] Answer(AskedQuestion asked, ushort keepalive) => (asked.Answer($"{asked.Message.Question!.Name} 60 IN TXT \"x\"") with
    {
        Opt = new OptRecord(1232, Options: [new OptOption(EdnsOptionCode.TcpKeepalive, (byte[])[(byte)(keepalive >> 8), (byte)keepalive])]),
    }).Encode();

    private static byte[] Answer(AskedQuestion asked) => asked.Answer($"{asked.Message.Question!.Name} 60 IN TXT \"x\"").Encode();

    private static DomainName Name(int number) => DomainName.Parse($"n{number}.example.");

    private static Task RunAsync(Func<AskedQuestion, IEnumerable<byte[]>> script, Func<Simulation, ScriptedServer, DnsClient, Task> scenario, [CallerMemberName] string? test = null) => DnsClientTests.SimulateAsync(async sim =>
    {
        ScriptedServer server = await ScriptedServer.StartBytesAsync(sim.AddHost("server"), script);
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Tcp] });
        await scenario(sim, server, client);
    }, test);
}
