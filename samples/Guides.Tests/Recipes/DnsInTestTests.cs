using System.Net;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Server.Faults;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Zones;
using Ropewalk.Endpoints;
using Ropewalk.Testing;

namespace Guides.Tests.Recipes;

/// <summary>An address book that keeps what DNS has told it, on a real DNS server in memory: names change, servers fail, and the minutes take no time.</summary>
public sealed class DnsInTestTests
{
    private readonly DnsFaults _faults = new();
    private DnsServer? _dns;

    [Fact]
    public async Task AnAddressIsKeptForItsTtlAndNoLonger()
    {
        await using InProcessServer server = await StartAsync();
        await using DnsClient client = Client(server);
        var book = new AddressBook(client, server.Time);
        Assert.Equal("192.0.2.1", await book.FindAsync("www.example.test"));

        _dns!.Take(new ZoneCatalog([Zone.Parse("example.test", "www 300 A 192.0.2.2")], _dns.Hash));
        await server.AdvanceAsync(TimeSpan.FromSeconds(299));
        Assert.Equal("192.0.2.1", await book.FindAsync("www.example.test"));
        await server.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("192.0.2.2", await book.FindAsync("www.example.test"));
        Assert.Equal(["www.example.test. A udp", "www.example.test. A udp"], _faults.Questions.Select(question => question.ToString()));
    }

    [Fact]
    public async Task WhileTheServerFailsTheOldAddressServes()
    {
        await using InProcessServer server = await StartAsync();
        await using DnsClient client = Client(server);
        var book = new AddressBook(client, server.Time);
        await book.FindAsync("www.example.test");
        await server.AdvanceAsync(TimeSpan.FromMinutes(10));

        using (_faults.Inject(DnsFault.ServFail, "*.example.test"))
        {
            Assert.Equal("192.0.2.1", await book.FindAsync("www.example.test"));
        }

        Assert.Equal("192.0.2.1", await book.FindAsync("www.example.test"));
    }

    [Fact]
    public async Task AnAnswerThatIsLostOrForgedCostsFiveSeconds()
    {
        await using InProcessServer server = await StartAsync();
        await using DnsClient client = Client(server);
        foreach (DnsFault fault in (DnsFault[])[DnsFault.NoAnswer, DnsFault.WrongId, DnsFault.WrongQuestion, DnsFault.OtherPort, DnsFault.Malformed])
        {
            int before = _faults.QuestionCount;
            using InjectedDnsFault injected = _faults.Inject(fault, "www.example.test", times: 1);
            Task<string?> finding = new AddressBook(client, server.Time).FindAsync("www.example.test");
            await _faults.AskedAsync(before + 1);
            await server.AdvanceAsync(TimeSpan.FromSeconds(5) - TimeSpan.FromMilliseconds(1));
            Assert.False(finding.IsCompleted);
            await server.AdvanceAsync(TimeSpan.FromMilliseconds(1));
            Assert.Equal("192.0.2.1", await finding);
        }
    }

    [Fact]
    public async Task WhatFitsNoDatagramComesByTcp()
    {
        await using InProcessServer server = await StartAsync();
        await using DnsClient client = Client(server);
        using InjectedDnsFault fault = _faults.Inject(DnsFault.Truncated);
        Assert.Equal("192.0.2.1", await new AddressBook(client, server.Time).FindAsync("www.example.test"));
        Assert.Equal(["www.example.test. A udp", "www.example.test. A tcp"], _faults.Questions.Select(question => question.ToString()));
    }

    // in a program: builder.Services.AddRopewalk().ListenDns("53", options)
    private Task<InProcessServer> StartAsync() => InProcessServer.StartAsync(p => p.UseServices(services => services.ListenDns("53", new DnsServerOptions
    {
        Zones = [Zone.Parse("example.test", "www 300 A 192.0.2.1")],
        Faults = _faults,
        Started = dns => _dns = dns,
    })));

    private static DnsClient Client(InProcessServer server) =>
        new(new DnsClientOptions { Servers = [EndpointSpec.Parse($"udp:{server.AddressOf(53)}")] }, server.Context);

    /// <summary>The program that is tested: it is told whom to ask, and what time it is.</summary>
    private sealed class AddressBook(DnsClient client, TimeProvider time)
    {
        private IPAddress? _address;
        private DateTimeOffset _until;

        public async Task<string?> FindAsync(string host)
        {
            if (time.GetUtcNow() >= _until)
            {
                try
                {
                    DnsAnswer<ARecord> answer = await client.ResolveAsync<ARecord>(host);
                    if (answer.IsFound)
                    {
                        (_address, _until) = (answer.Records[0].Address, time.GetUtcNow() + answer.Ttl);
                    }
                }
                catch (DnsQueryException)
                {
                    // nobody answers: the old address may still be right
                }
            }

            return _address?.ToString();
        }
    }
}
