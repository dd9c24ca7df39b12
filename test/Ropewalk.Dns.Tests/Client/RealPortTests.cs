using System.Diagnostics;
using System.Net;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Endpoints;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>The client on the system's own sockets, and under a context that nobody runs.</summary>
public sealed class RealPortTests
{
    [Fact]
    public async Task Questions_leave_from_ports_of_their_own_and_the_ports_are_closed()
    {
        HashSet<int> ports = [];
        await using DatagramPort server = DatagramPort.Bind(new IPEndPoint(IPAddress.Loopback, 0), (ref DatagramBatch batch) =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                lock (ports)
                {
                    ports.Add(batch[i].Peer.Port);
                }

                DnsMessage.Decode(batch[i].Payload, out DnsMessage? asked);
                batch.Reply(i, new AskedQuestion([], asked!, default, default, 0).Answer("www.example. 60 IN A 192.0.2.1").Encode());
            }
        });
        DnsClient client = new(new DnsClientOptions { Servers = [EndpointSpec.Parse($"udp:127.0.0.1:{server.LocalEndPoint.Port}")] });
        for (int round = 0; round < 5; round++)
        {
            DnsMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.QueryAsync(DomainName.Parse("www.example."), DnsType.A, cancellationToken: TestContext.Current.CancellationToken)));
            Assert.All(answers, answer => Assert.Single(answer.Answers));
        }

        await client.DisposeAsync();
        Assert.InRange(ports.Count, 95, 100);
        // each of them can be bound again
        foreach (int port in ports)
        {
            await using DatagramPort again = DatagramPort.Bind(new IPEndPoint(IPAddress.Any, port), (ref DatagramBatch batch) => { });
        }
    }

    [Fact]
    public async Task A_port_knows_the_address_that_it_asks_from()
    {
        QueryNumbers numbers = new(new SeededNumbers(1));
        await using QueryPort port = await QueryPort.BindAsync(new EndpointContext().DatagramPorts, System.Net.Sockets.AddressFamily.InterNetwork, new PeerAddress(IPAddress.Parse("127.0.0.7"), 53), numbers, new ClientTally(), TestContext.Current.CancellationToken);
        Assert.Equal(IPAddress.Loopback, port.From);
    }

    [Fact]
    public async Task Where_nothing_listens_is_known_at_once()
    {
        DatagramPort gone = DatagramPort.Bind(new IPEndPoint(IPAddress.Loopback, 0), (ref DatagramBatch batch) => { });
        await gone.DisposeAsync();
        await using DnsClient client = new(new DnsClientOptions { Servers = [EndpointSpec.Parse($"udp:127.0.0.1:{gone.LocalEndPoint.Port}")], Timeout = TimeSpan.FromMinutes(1) });
        Task<DnsMessage> asked = client.QueryAsync(DomainName.Parse("example."), DnsType.A, cancellationToken: TestContext.Current.CancellationToken);
        DnsQueryException told = await Assert.ThrowsAsync<DnsQueryException>(() => asked.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Equal(DnsQueryFailure.Unreachable, told.Failure);
    }

    [Fact]
    public async Task A_thousand_questions_wait_without_a_thread_each()
    {
        const int Questions = 1000;
        List<(ReplyTo To, byte[] Answer)> held = [];
        int threads = 0;
        await using DatagramPort server = DatagramPort.Bind(new IPEndPoint(IPAddress.Loopback, 0), (ref DatagramBatch batch) =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                DnsMessage.Decode(batch[i].Payload, out DnsMessage? asked);
                held.Add((batch.GetReplyTo(i), new AskedQuestion([], asked!, default, default, 0).Answer("www.example. 60 IN A 192.0.2.1").Encode()));
            }

            if (held.Count >= Questions)
            {
                threads = Process.GetCurrentProcess().Threads.Count;
                held.ForEach(reply => reply.To.TrySend(reply.Answer));
            }
        });
        int before = Process.GetCurrentProcess().Threads.Count;
        await using DnsClient client = new(new DnsClientOptions
        {
            Servers = [EndpointSpec.Parse($"udp:127.0.0.1:{server.LocalEndPoint.Port}")],
            MostInFlight = Questions,
            Timeout = TimeSpan.FromMinutes(1),
            Attempts = 1,
        });
        DnsMessage[] answers = await Task.WhenAll(Enumerable.Range(0, Questions).Select(_ => client.QueryAsync(DomainName.Parse("www.example."), DnsType.A, cancellationToken: TestContext.Current.CancellationToken)));
        Assert.All(answers, answer => Assert.Single(answer.Answers));
        Assert.InRange(threads, 1, before + 100);
    }

    [Fact]
    public async Task No_method_needs_its_callers_context()
    {
        await using DatagramPort server = DatagramPort.Bind(new IPEndPoint(IPAddress.Loopback, 0), (ref DatagramBatch batch) =>
        {
            DnsMessage.Decode(batch[0].Payload, out DnsMessage? asked);
            batch.Reply(0, new AskedQuestion([], asked!, default, default, 0).Answer().Encode());
        });
        await using DnsClient client = new(new DnsClientOptions { Servers = [EndpointSpec.Parse($"udp:127.0.0.1:{server.LocalEndPoint.Port}")] });
        DomainName name = DomainName.Parse("example.");
        EndpointSpec nobody = EndpointSpec.Parse("mem:nobody");
        Func<Task>[] methods =
        [
            () => client.QueryAsync(name, DnsType.A),
            () => client.ExchangeAsync(name, DnsType.A),
            () => client.ResolveAsync<ARecord>(name),
            () => client.ResolveAsync<ARecord>("example"),
            () => client.ResolveAddressesAsync("example"),
            () => client.ResolveNamesAsync(IPAddress.Loopback),
            () => client.ResolveServicesAsync("x", "tcp", name),
            () => client.TransferAsync(name, nobody, new GatheredRecords()),
            () => client.TransferChangesAsync(name, 1, nobody, _ => { }),
            () => new DnsNameResolver(client).ResolveAsync("example", System.Net.Sockets.AddressFamily.InterNetwork).AsTask(),
        ];
        foreach (Func<Task> method in methods)
        {
            RefusingContext refusing = new();
            SynchronizationContext? before = SynchronizationContext.Current;
            Task called;
            try
            {
                SynchronizationContext.SetSynchronizationContext(refusing);
                called = method();
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(before);
            }

            await called.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            Assert.Equal(0, refusing.Posts);
        }
    }
}
