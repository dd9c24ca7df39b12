using System.Net;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Server.Faults;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;
using Ropewalk.Testing;

namespace Ropewalk.Dns.Tests.Server.Faults;

/// <summary>Each fault as a client sees it, on a server in memory and in virtual time.</summary>
public sealed class DnsFaultsTests
{
    private const string Text = """
        @     SOA ns hostmaster 7 7200 900 604800 300
        www   300 A 192.0.2.1
        www   300 A 192.0.2.2
        www   300 AAAA 2001:db8::1
        mail  600 A 192.0.2.3
        a.b   A 192.0.2.4
        """;

    private readonly DnsFaults _faults = new();

    [Fact]
    public async Task A_zone_in_code_is_served_by_both_transports_and_what_is_asked_is_kept()
    {
        await using InProcessServer server = await StartAsync();
        await using StubClient client = await StubClient.StartAsync(server);
        Assert.Equal("NOERROR\nwww.example.test. 300 IN A 192.0.2.1\nwww.example.test. 300 IN A 192.0.2.2", await client.RecordsAsync("www.example.test"));
        Assert.Equal("NXDOMAIN", await client.RecordsAsync("nobody.example.test"));
        await server.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.NotNull(await client.AskStreamAsync(Messages.Query(7, "mail.example.test")));
        Assert.Equal(["www.example.test. A udp", "nobody.example.test. A udp", "mail.example.test. A tcp"], _faults.Questions.Select(question => question.ToString()));
        Assert.Equal(7, _faults.Questions[2].Id);
        Assert.Equal(server.Time.GetUtcNow().AddHours(-1), _faults.Questions[0].At);
        Assert.Equal(server.Time.GetUtcNow(), _faults.Questions[2].At);
        Assert.Equal(2, _faults.CountOf("*.example.test") - _faults.CountOf("mail.example.test", DnsType.A));
        Assert.Equal(0, _faults.CountOf("www.example.test", DnsType.AAAA));
        Assert.Equal(IPAddress.Loopback, _faults.Questions[2].Peer.ToIPAddress());
    }

    [Fact]
    public async Task Results_are_answered_in_the_place_of_answers()
    {
        await using InProcessServer server = await StartAsync();
        await using StubClient client = await StubClient.StartAsync(server);
        using (_faults.Inject(DnsFault.ServFail, "www.example.test"))
        {
            Assert.Equal("SERVFAIL", await client.RecordsAsync("www.example.test"));
            Assert.Equal("SERVFAIL", await client.RecordsAsync("WWW.example.test", DnsType.AAAA));
            Assert.StartsWith("NOERROR", await client.RecordsAsync("mail.example.test"), StringComparison.Ordinal);
            byte[]? streamed = await client.AskStreamAsync(Messages.Query(1, "www.example.test"));
            Assert.Equal(DnsResponseCode.ServerFailure, Messages.HeaderOf(streamed!).ResponseCode);
        }

        _faults.Inject(DnsFault.Refused, "*.example.test", DnsType.A, times: 1);
        Assert.Equal("REFUSED", await client.RecordsAsync("www.example.test"));
        Assert.StartsWith("NOERROR", await client.RecordsAsync("www.example.test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_below_is_not_the_name()
    {
        await using InProcessServer server = await StartAsync();
        await using StubClient client = await StubClient.StartAsync(server);
        using InjectedDnsFault fault = _faults.Inject(DnsFault.Refused, "*.b.example.test");
        Assert.Equal("REFUSED", await client.RecordsAsync("a.b.example.test"));
        Assert.Equal("NOERROR", await client.RecordsAsync("b.example.test"));
        Assert.Equal(1, fault.Hits);
    }

    [Fact]
    public async Task Silence_lasts_as_long_as_the_client_waits()
    {
        await using InProcessServer server = await StartAsync();
        await using StubClient client = await StubClient.StartAsync(server);
        client.Tries = 2;
        using InjectedDnsFault fault = _faults.Inject(DnsFault.NoAnswer, times: 1);
        Task<string> asking = client.RecordsAsync("mail.example.test");
        await _faults.AskedAsync();
        await server.AdvanceAsync(TimeSpan.FromSeconds(1.9));
        Assert.False(asking.IsCompleted);
        await server.AdvanceAsync(TimeSpan.FromSeconds(0.1));
        Assert.Equal("NOERROR\nmail.example.test. 600 IN A 192.0.2.3", await asking);
        Assert.Equal(2, _faults.QuestionCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_late_answer_comes_when_it_is_due_and_others_overtake_it(bool byStream)
    {
        await using InProcessServer server = await StartAsync();
        await using StubClient client = await StubClient.StartAsync(server);
        client.Timeout = TimeSpan.FromMinutes(2);
        using InjectedDnsFault fault = _faults.Inject(DnsFault.AnswerLate(TimeSpan.FromSeconds(90)), "www.example.test");
        Task<byte[]?> late = byStream ? client.AskStreamAsync(Messages.Query(9, "www.example.test")) : client.AskAsync("www.example.test");
        await _faults.AskedAsync();
        Assert.StartsWith("NOERROR", await client.RecordsAsync("mail.example.test"), StringComparison.Ordinal);
        await server.AdvanceAsync(TimeSpan.FromSeconds(90) - TimeSpan.FromMilliseconds(1));
        Assert.False(late.IsCompleted);
        await server.AdvanceAsync(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, Messages.RecordsOf((await late)!).Count);
    }

    [Fact]
    public async Task A_cut_answer_is_asked_for_by_TCP()
    {
        await using InProcessServer server = await StartAsync();
        await using StubClient client = await StubClient.StartAsync(server);
        using InjectedDnsFault fault = _faults.Inject(DnsFault.Truncated);
        Assert.StartsWith("NOERROR\nwww.example.test. 300 IN A", await client.RecordsAsync("www.example.test"), StringComparison.Ordinal);
        Assert.Equal(1, client.Streams);
        Assert.Equal([DnsTransport.Udp, DnsTransport.Tcp], _faults.Questions.Select(question => question.Transport));
    }

    [Fact]
    public async Task What_answers_another_question_is_not_believed()
    {
        await using InProcessServer server = await StartAsync();
        await using StubClient client = await StubClient.StartAsync(server);
        int wrong = 0;
        foreach (DnsFault fault in (DnsFault[])[DnsFault.WrongId, DnsFault.WrongQuestion, DnsFault.OtherPort, DnsFault.Malformed, DnsFault.CutAnswer(40)])
        {
            using InjectedDnsFault injected = _faults.Inject(fault);
            Task<byte[]?> asking = client.AskAsync("www.example.test");
            await _faults.AskedAsync(++wrong);
            await server.AdvanceAsync(TimeSpan.FromSeconds(2));
            Assert.Null(await asking);
            Assert.True(client.Unbelieved == wrong, $"{fault} was not seen");
            Assert.Equal(1, injected.Hits);
        }
    }

    [Fact]
    public async Task A_lie_is_an_answer_like_any_other()
    {
        await using InProcessServer server = await StartAsync();
        await using StubClient client = await StubClient.StartAsync(server);
        using InjectedDnsFault fault = _faults.Inject(DnsFault.Lie(IPAddress.Parse("203.0.113.66"), IPAddress.Parse("2001:db8::bad")), "www.example.test");
        Assert.Equal("NOERROR\nwww.example.test. 3600 IN A 203.0.113.66", await client.RecordsAsync("www.example.test"));
        Assert.Equal("NOERROR\nwww.example.test. 3600 IN AAAA 2001:db8::bad", await client.RecordsAsync("www.example.test", DnsType.AAAA));
        Assert.Equal("NOERROR", await client.RecordsAsync("www.example.test", DnsType.MX));
    }

    [Fact]
    public async Task Half_an_answer_on_a_stream_is_followed_by_silence()
    {
        await using InProcessServer server = await StartAsync();
        await using StubClient client = await StubClient.StartAsync(server);
        client.Timeout = TimeSpan.FromHours(1);
        using InjectedDnsFault fault = _faults.Inject(DnsFault.CutAnswer(30));
        Task<byte[]?> asking = client.AskStreamAsync(Messages.Query(3, "www.example.test"));
        await _faults.AskedAsync();
        await server.AdvanceAsync(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        Assert.False(asking.IsCompleted);
        await server.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Null(await asking);
    }

    [Fact]
    public async Task TTLs_stand_as_the_zone_has_them_or_as_the_fault_says()
    {
        await using InProcessServer server = await StartAsync();
        await using StubClient client = await StubClient.StartAsync(server);
        await server.AdvanceAsync(TimeSpan.FromSeconds(100));
        Assert.Contains(" 300 IN ", await client.RecordsAsync("www.example.test"), StringComparison.Ordinal);
        using (_faults.Inject(DnsFault.Ttl(TimeSpan.FromSeconds(5))))
        {
            Assert.Contains(" 5 IN ", await client.RecordsAsync("www.example.test"), StringComparison.Ordinal);
            byte[]? negative = await client.AskAsync("nobody.example.test");
            Assert.StartsWith("example.test. 5 IN SOA", Assert.Single(Messages.RecordsOf(negative!, DnsSection.Authority)), StringComparison.Ordinal);
        }

        Assert.Contains(" 300 IN ", await client.RecordsAsync("www.example.test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TTLs_count_down_as_a_caches_do()
    {
        await using InProcessServer server = await StartAsync();
        await using StubClient client = await StubClient.StartAsync(server);
        using InjectedDnsFault fault = _faults.Inject(DnsFault.CountDown);
        Assert.Contains(" 600 IN ", await client.RecordsAsync("mail.example.test"), StringComparison.Ordinal);
        await server.AdvanceAsync(TimeSpan.FromSeconds(250));
        Assert.Contains(" 350 IN ", await client.RecordsAsync("mail.example.test"), StringComparison.Ordinal);
        Assert.Contains(" 50 IN ", await client.RecordsAsync("www.example.test"), StringComparison.Ordinal);
        await server.AdvanceAsync(TimeSpan.FromSeconds(50));
        Assert.Contains(" 300 IN ", await client.RecordsAsync("www.example.test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_asked_for_and_does_not_come_is_told_with_what_came()
    {
        await using InProcessServer server = await StartAsync();
        await using StubClient client = await StubClient.StartAsync(server);
        await client.AskAsync("www.example.test");
        _faults.Patience = TimeSpan.FromMilliseconds(1);
        TimeoutException thrown = await Assert.ThrowsAsync<TimeoutException>(() => _faults.AskedAsync(2));
        Assert.Contains("1 came:", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("www.example.test. A udp", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Zones_are_exchanged_while_it_runs()
    {
        DnsServer? running = null;
        await using InProcessServer server = await StartAsync(options => options.Started = started => running = started);
        await using StubClient client = await StubClient.StartAsync(server);
        running!.Take(new ZoneCatalog([Zone.Parse("example.test", "www A 192.0.2.99")], running.Hash));
        Assert.Equal("NOERROR\nwww.example.test. 3600 IN A 192.0.2.99", await client.RecordsAsync("www.example.test"));
        Assert.Equal("NXDOMAIN", await client.RecordsAsync("mail.example.test"));
    }

    [Fact]
    public async Task On_a_port_both_transports_have_one_number()
    {
        await using InProcessServer server = await InProcessServer.StartAsync(p => p.UsePort().UseServices(services => services.ListenDns("53", Options())));
        // A clock that stands: what is lost on loopback would wait for ever, and nothing is.
        await using StubClient client = await StubClient.StartAsync(server);
        using InjectedDnsFault fault = _faults.Inject(DnsFault.Truncated);
        Assert.StartsWith("NOERROR", await client.RecordsAsync("www.example.test"), StringComparison.Ordinal);
        Assert.Equal(1, client.Streams);
        Assert.NotEqual(53, server.AddressOf(53).Port);
        Assert.Throws<ArgumentException>(() => server.AddressOf(54));
    }

    [Fact]
    public async Task A_program_without_faults_misses_nothing()
    {
        await using InProcessServer server = await InProcessServer.StartAsync(p => p.UseServices(services => services.AddDnsServer(
            "names", new DnsServerOptions { Zones = [Zone.Parse("example.test", Text)] }, "udp:53", "tcp:53")));
        await using StubClient client = await StubClient.StartAsync(server);
        Assert.StartsWith("NOERROR", await client.RecordsAsync("www.example.test"), StringComparison.Ordinal);
        Assert.NotNull(await client.AskStreamAsync(Messages.Query(1, "www.example.test")));
        Assert.Equal(0, _faults.QuestionCount);
    }

    private Task<InProcessServer> StartAsync(Action<DnsServerOptions>? more = null)
    {
        DnsServerOptions options = Options();
        more?.Invoke(options);
        return InProcessServer.StartAsync(p => p.UseServices(services => services.ListenDns("53", options)));
    }

    private DnsServerOptions Options() => new() { Zones = [Zone.Parse("example.test", Text)], Faults = _faults };
}
