using System.Net;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Endpoints;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>Messages that the caller has made: what comes back is given as it is.</summary>
public sealed class SendTests
{
    private const string Address = "www.example. 300 IN A 192.0.2.1";

    private static readonly TsigKey Key = new(DomainName.Parse("k."), TsigAlgorithm.HmacSha256, "secret"u8);

    [Fact]
    public Task A_message_is_sent_once_and_as_it_is() => DnsClientTests.RunAsync(asked => asked.Answer(Address) with { ResponseCode = DnsResponseCode.ServerFailure }, async (sim, server, client) =>
    {
        DnsMessage query = Query(7) with { Header = new DnsHeader(7, 0x0640) };
        DnsReply reply = await client.SendAsync(query, server.Udp);
        Assert.Equal((DnsResponseCode.ServerFailure, DnsTransport.Udp, DnsSignature.Unasked, DnsViolation.None), (reply.Message.ResponseCode, reply.Transport, reply.Signature, reply.Violation));
        Assert.Equal(query.Encode(NameCompression.None), Assert.Single(server.Asked).Bytes);
    });

    [Fact]
    public Task What_was_cut_stays_cut_and_a_stream_is_the_caller_s_wish() => DnsClientTests.RunAsync(
        asked => asked.Transport == DnsTransport.Udp ? asked.Answer() with { Header = asked.Answer().Header with { IsTruncated = true } } : asked.Answer(Address),
        async (sim, server, client) =>
        {
            Assert.True((await client.SendAsync(Query(7), server.Udp)).Message.Header.IsTruncated);
            DnsReply whole = await client.SendAsync(Query(7), server.Udp, new DnsSendOptions { UsesStream = true });
            Assert.Equal((DnsTransport.Tcp, 1), (whole.Transport, whole.Message.Answers.Count));
        });

    [Fact]
    public Task What_is_malformed_is_given_as_far_as_it_goes() => DnsClientTests.RunBytesAsync(asked => [asked.Answer(Address, Address).Encode()[..^1]], async (sim, server, client) =>
    {
        DnsReply reply = await client.SendAsync(Query(7), server.Udp);
        Assert.NotEqual(DnsViolation.None, reply.Violation);
        Assert.Equal((2, 1), (reply.Message.Header.AnswerCount, reply.Message.Answers.Count));
    });

    [Fact]
    public Task What_does_not_fit_is_not_given() => DnsClientTests.RunBytesAsync(
        asked =>
        [
            (asked.Answer(Address) with { Header = asked.Answer().Header with { Id = 8 } }).Encode(),
            (asked.Answer(Address) with { Questions = [new DnsQuestion(DomainName.Parse("other.example."), DnsType.A)] }).Encode(),
            (asked.Answer(Address) with { Header = asked.Answer().Header with { Opcode = DnsOpcode.Notify } }).Encode(),
            asked.Answer(Address).Encode(),
        ],
        async (sim, server, client) =>
        {
            Assert.Single((await client.SendAsync(Query(7), server.Udp)).Message.Answers);
            Assert.Equal((1, 2), (client.ReadCounters().WrongId, client.ReadCounters().WrongQuestion));
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_signature_that_is_not_good_is_told_at_once(bool isStream) => DnsClientTests.SimulateAsync(async sim =>
    {
        ScriptedServer server = await ScriptedServer.StartAsync(sim.AddHost("server"), asked => asked.Number switch
        {
            0 => asked.Answer(Address),
            1 => Signed(asked, $"hmac-sha256. 1700000000 300 0 {asked.Message.Header.Id} BADKEY 0"),
            _ => Signed(asked, $"hmac-sha256. 1700000000 300 32 {Convert.ToBase64String(new byte[32])} {asked.Message.Header.Id} NOERROR 0"),
        });
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Udp], Keys = [Key] });
        List<DnsSignature> told = [];
        TimeSpan begin = sim.Time.Elapsed;
        for (int i = 0; i < 3; i++)
        {
            told.Add((await client.SendAsync(Query((ushort)i), server.Udp, new DnsSendOptions { Key = Key.Name, UsesStream = isStream })).Signature);
        }

        Assert.Equal([DnsSignature.Missing, DnsSignature.Refused, DnsSignature.Bad], told);
        Assert.True(sim.Time.Elapsed - begin < TimeSpan.FromSeconds(2));
    });

    [Fact]
    public Task Silence_and_wrong_options_are_exceptions() => DnsClientTests.RunAsync(_ => null, async (sim, server, client) =>
    {
        DnsQueryException silent = await Assert.ThrowsAsync<DnsQueryException>(() => client.SendAsync(Query(7), server.Udp, new DnsSendOptions { Timeout = TimeSpan.FromSeconds(1) }));
        Assert.Equal(DnsQueryFailure.NoReply, silent.Failure);
        Assert.Single(server.Asked);
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(Query(7), server.Udp, new DnsSendOptions { Timeout = TimeSpan.Zero }));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(Query(7), server.Udp, new DnsSendOptions { Key = Key.Name }));
        await Assert.ThrowsAsync<ArgumentException>(() => client.SendAsync(Query(7), EndpointSpec.Parse("udp:ns.example:53")));
        Assert.Equal(0, client.InFlight);
    });

    [Fact]
    public Task A_number_that_is_under_way_on_a_connection_is_not_used_twice() => DnsClientTests.RunAsync(_ => null, async (sim, server, client) =>
    {
        DnsSendOptions byStream = new() { UsesStream = true };
        Task<DnsReply> first = client.SendAsync(Query(7), server.Udp, byStream), second = client.SendAsync(Query(7), server.Udp, byStream);
        DnsQueryException refused = await Assert.ThrowsAsync<DnsQueryException>(() => second);
        Assert.Equal(DnsQueryFailure.TooMany, refused.Failure);
        Assert.Equal(DnsQueryFailure.NoReply, (await Assert.ThrowsAsync<DnsQueryException>(() => first)).Failure);
    });

    [Fact]
    public async Task An_address_that_is_not_this_machine_s_cannot_be_asked_from()
    {
        await using DnsClient client = new();
        DnsQueryException failed = await Assert.ThrowsAsync<DnsQueryException>(() => client.SendAsync(
            Query(7), EndpointSpec.Parse("udp:127.0.0.1:53"), new DnsSendOptions { From = IPEndPoint.Parse("192.0.2.1:0") }, TestContext.Current.CancellationToken));
        Assert.Equal(DnsQueryFailure.Unreachable, failed.Failure);
    }

    private static DnsMessage Query(ushort id) => new(new DnsHeader(id, 0) { RecursionDesired = true }, [new DnsQuestion(DomainName.Parse("www.example."), DnsType.A)]);

    private static DnsMessage Signed(AskedQuestion asked, string tsig) =>
        asked.Answer(Address) with { Additionals = [new ResourceRecord(Key.Name, DnsClass.ANY, TimeSpan.Zero, Rdata.Parse(DnsType.TSIG, tsig))] };
}
