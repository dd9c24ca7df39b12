using System.Net;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Endpoints;
using Ropewalk.Testing;

namespace Ropewalk.Dns.Tests.Client;

/// <summary>RFC 7873: what a client does with cookies.</summary>
public sealed class CookieTests
{
    private const string Address = "www.example. 300 IN A 192.0.2.1";

    private static readonly DomainName Www = DomainName.Parse("www.example.");

    [Fact]
    public Task A_server_gets_its_cookie_back() => DnsClientTests.RunAsync(asked => WithCookie(asked, asked.Answer(Address), 7), async (sim, server, client) =>
    {
        await client.QueryAsync(Www, DnsType.A);
        await client.QueryAsync(Www, DnsType.A);
        byte[] first = CookieOf(server.Asked[0]), second = CookieOf(server.Asked[1]);
        Assert.Equal((8, 16), (first.Length, second.Length));
        Assert.Equal(first, second[..8]);
        Assert.All(second[8..], value => Assert.Equal(7, value));
    });

    [Fact]
    public Task Each_server_gets_another_cookie() => DnsClientTests.SimulateAsync(async sim =>
    {
        ScriptedServer one = await ScriptedServer.StartAsync(sim.AddHost("one"), asked => asked.Fail(DnsResponseCode.ServerFailure));
        ScriptedServer two = await ScriptedServer.StartAsync(sim.AddHost("two"), asked => asked.Answer(Address));
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [one.Udp, two.Udp] });
        await client.QueryAsync(Www, DnsType.A);
        Assert.NotEqual(CookieOf(one.Asked[0]), CookieOf(two.Asked[0]));
    });

    [Fact]
    public Task BADCOOKIE_is_answered_with_the_new_cookie() => DnsClientTests.RunAsync(
        asked => WithCookie(asked, CookieOf(asked).Length == 8 ? asked.Fail(DnsResponseCode.BadCookie) : asked.Answer(Address), 1),
        async (sim, server, client) =>
        {
            DnsExchange exchange = await client.ExchangeAsync(Www, DnsType.A);
            Assert.Equal((DnsResponseCode.NoError, DnsTransport.Udp, 2), (exchange.Answer.ResponseCode, exchange.Transport, server.Asked.Count));
        });

    [Fact]
    public Task BADCOOKIE_again_is_answered_by_TCP() => DnsClientTests.RunAsync(
        asked => WithCookie(asked, asked.Transport == DnsTransport.Udp ? asked.Fail(DnsResponseCode.BadCookie) : asked.Answer(Address), (byte)asked.Number),
        async (sim, server, client) =>
        {
            Assert.Equal(DnsTransport.Tcp, (await client.ExchangeAsync(Www, DnsType.A)).Transport);
            Assert.Equal(3, server.Asked.Count);
        });

    [Fact]
    public Task An_answer_without_the_cookie_of_a_server_that_has_one_is_not_taken_and_the_server_found_again() => DnsClientTests.RunAsync(
        asked => asked.Number == 0 ? WithCookie(asked, asked.Answer(Address), 1) : asked.Answer(Address),
        async (sim, server, client) =>
        {
            await client.QueryAsync(Www, DnsType.A);
            Assert.Equal(2, (await client.ExchangeAsync(Www, DnsType.A)).Tries);
            Assert.Equal((1, 1), (client.ReadCounters().WrongCookie, client.ReadCounters().Timeouts));
            Assert.Equal([8, 16, 8], server.Asked.Select(asked => CookieOf(asked).Length));
        });

    // RFC 7873 §1: cookies are for those whose address can be forged. A server may also have stopped having them.
    [Fact]
    public Task On_a_connection_an_answer_without_the_servers_cookie_is_one() => DnsClientTests.SimulateAsync(async sim =>
    {
        ScriptedServer server = await ScriptedServer.StartAsync(sim.AddHost("server"), asked => asked.Number == 0 ? WithCookie(asked, asked.Answer(Address), 1) : asked.Answer(Address));
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Tcp] });
        for (int i = 0; i < 3; i++)
        {
            DnsExchange exchange = await client.ExchangeAsync(Www, DnsType.A);
            Assert.Equal((DnsTransport.Tcp, 1), (exchange.Transport, exchange.Tries));
        }

        Assert.Equal(3, server.Asked.Count);
    });

    [Fact]
    public Task A_cookie_is_drawn_anew_each_day() => Simulation.RunAsync(async sim =>
    {
        ScriptedServer server = await ScriptedServer.StartAsync(sim.AddHost("server"), asked => WithCookie(asked, asked.Answer(Address), 7));
        await using DnsClient client = DnsClientTests.Make(sim.AddHost("home"), new DnsClientOptions { Servers = [server.Udp] });
        await client.QueryAsync(Www, DnsType.A);
        await sim.DelayAsync(TimeSpan.FromHours(23));
        await client.QueryAsync(Www, DnsType.A);
        await sim.DelayAsync(TimeSpan.FromHours(2));
        await client.QueryAsync(Www, DnsType.A);
        await client.QueryAsync(Www, DnsType.A);
        byte[][] cookies = [.. server.Asked.Select(CookieOf)];
        // the server's is given back only with the client's that it is for
        Assert.Equal([8, 16, 8, 16], cookies.Select(cookie => cookie.Length));
        Assert.Equal(cookies[0], cookies[1][..8]);
        Assert.NotEqual(cookies[0], cookies[2]);
        Assert.Equal(cookies[2], cookies[3][..8]);
    }, new SimulationOptions { Mode = SimulationMode.Strict, Limit = TimeSpan.FromDays(2) });

    [Fact]
    public void Another_address_has_another_cookie()
    {
        ServerMemory memory = new(new QueryNumbers(new SeededNumbers(1)), TimeProvider.System);
        var server = EndpointSpec.Parse("udp:192.0.2.53:53");
        byte[] unknown = memory.CookieOf(server, IPAddress.Any).Client, home = memory.CookieOf(server, IPAddress.Parse("192.0.2.1")).Client;
        Assert.Equal(unknown, home);
        memory.Learn(server, Told(home));
        Assert.Equal(16, memory.CookieOf(server, IPAddress.Parse("::ffff:192.0.2.1")).Server!.Length);
        ServerCookie away = memory.CookieOf(server, IPAddress.Parse("198.51.100.1"));
        Assert.NotEqual(home, away.Client);
        Assert.Null(away.Server);
        // an answer to the old one that was under way
        memory.Learn(server, Told(home));
        Assert.Null(memory.CookieOf(server, IPAddress.Parse("198.51.100.1")).Server);

        static DnsMessage Told(byte[] client) => new(default, [], Opt: new OptRecord(1232, Options: [new OptOption(EdnsOptionCode.Cookie, (byte[])[.. client, .. new byte[16]])]));
    }

    private static byte[] CookieOf(AskedQuestion asked) => asked.Message.Opt!.TryFind(EdnsOptionCode.Cookie, out OptOption? option) ? option.Value.Span.ToArray() : [];

    private static DnsMessage WithCookie(AskedQuestion asked, DnsMessage answer, byte fill) =>
        answer with { Opt = new OptRecord(1232, Options: [new OptOption(EdnsOptionCode.Cookie, (byte[])[.. CookieOf(asked)[..8], .. Enumerable.Repeat(fill, 8)])]) };
}
