using System.Net;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Server.Faults;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Zones;
using Ropewalk.Endpoints;
using Ropewalk.Testing;

namespace Ropewalk.Dns.Tests.Server.Faults;

/// <summary>The strand's own client against each fault: what it tells, and what it counts.</summary>
public sealed class ClientOnFaultsTests
{
    private readonly DnsFaults _faults = new();

    [Fact]
    public async Task Each_fault_is_told_as_what_it_is()
    {
        await using InProcessServer server = await StartAsync();
        await using DnsClient client = MakeClient(server);
        // From here on it has a cookie of the server's.
        Assert.True((await client.ResolveAsync<ARecord>("www.example.test.")).IsFound);
        await FailsAsync(server, client, DnsFault.NoAnswer, counted => counted.Timeouts);
        await FailsAsync(server, client, DnsFault.WrongId, counted => counted.WrongId);
        await FailsAsync(server, client, DnsFault.WrongQuestion, counted => counted.WrongQuestion);
        await FailsAsync(server, client, DnsFault.OtherPort, counted => counted.WrongPeer);
        await FailsAsync(server, client, DnsFault.Malformed, counted => counted.Malformed);
        await FailsAsync(server, client, DnsFault.CutAnswer(40), counted => counted.Malformed);
    }

    [Fact]
    public async Task Results_are_believed_with_the_cookie_that_they_bring()
    {
        await using InProcessServer server = await StartAsync();
        await using DnsClient client = MakeClient(server);
        Assert.True((await client.ResolveAsync<ARecord>("www.example.test.")).IsFound);
        using (_faults.Inject(DnsFault.ServFail))
        {
            Assert.Equal(DnsResponseCode.ServerFailure, (await client.QueryAsync(DomainName.Parse("www.example.test"), DnsType.A)).ResponseCode);
        }

        using (_faults.Inject(DnsFault.Lie(IPAddress.Parse("203.0.113.1"))))
        {
            Assert.Equal("203.0.113.1", Assert.Single((await client.ResolveAsync<ARecord>("www.example.test.")).Records).Address.ToString());
        }

        using (_faults.Inject(DnsFault.Truncated))
        {
            Assert.True((await client.ResolveAsync<ARecord>("www.example.test.")).IsFound);
            Assert.Equal(DnsTransport.Tcp, _faults.Questions[^1].Transport);
        }

        Assert.Equal(0, client.ReadCounters().Ignored);
    }

    private async Task FailsAsync(InProcessServer server, DnsClient client, DnsFault fault, Func<DnsClientCounters, long> count)
    {
        using InjectedDnsFault injected = _faults.Inject(fault);
        long before = count(client.ReadCounters());
        int asked = _faults.QuestionCount;
        Task<DnsAnswer<ARecord>> asking = client.ResolveAsync<ARecord>("www.example.test.");
        await _faults.AskedAsync(asked + 1);
        await server.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(DnsQueryFailure.NoReply, (await Assert.ThrowsAsync<DnsQueryException>(() => asking)).Failure);
        Assert.True(count(client.ReadCounters()) == before + 1, $"{fault} was not counted");
    }

    private static DnsClient MakeClient(InProcessServer server) =>
        new(new DnsClientOptions { Servers = [EndpointSpec.Parse($"udp:{server.AddressOf(53)}")], Attempts = 1 }, server.Context);

    private Task<InProcessServer> StartAsync() => InProcessServer.StartAsync(p => p.UseServices(services => services.ListenDns(
        "53", new DnsServerOptions { Zones = [Zone.Parse("example.test", "www A 192.0.2.1")], Faults = _faults })));
}
