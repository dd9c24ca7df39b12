using System.Globalization;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>dig, kdig and drill ask our server, each over what it can: UDP, TCP, TLS.</summary>
public sealed class DnsClientTests
{
    private const string Www = "www." + SampleNames.Zone;

    private static readonly string[] Options = ["--keys", TransferKey.Text, "--transfer", $"key {TransferKey.Name}", "--identity", "server-one", "--version", "ropewalk for tests"];

    [Theory]
    [InlineData("UDP")]
    [InlineData("TCP")]
    [InlineData("TLS")]
    public async Task Dig_asks(string transport)
    {
        var dig = ExternalProgram.Find("dig", "bind9-dnsutils");
        await using DnsPrimary primary = await StartAsync();
        string[] at = transport switch
        {
            "UDP" => [.. primary.At, "+notcp", "+ignore"],
            "TCP" => [.. primary.At, "+tcp"],
            _ => [.. primary.AtTls, "+tls-ca=" + primary.Certificate, "+tls-hostname=localhost"],
        };
        string all = await AskAsync(dig, [.. at, Www, "A", "+norec", "+nsid", "+cookie", "+bufsize=1400", "+ednsopt=65001:abcd", "+dnssec"]);
        Assert.Contains("flags: qr aa; QUERY: 1, ANSWER: 1,", all, StringComparison.Ordinal);
        Assert.Contains("flags: do; udp: 1232", all, StringComparison.Ordinal);
        Assert.Contains("(\"server-one\")", all, StringComparison.Ordinal);
        Assert.Contains("(good)", all, StringComparison.Ordinal);
        Assert.Contains($"({transport})", all, StringComparison.Ordinal);

        await AnswersAsync(dig, at, [Www, "AAAA", "+noedns"], "2001:db8::1");
        await AnswersAsync(dig, at, ["alias." + SampleNames.Zone, "A"], Www + ".\n192.0.2.1");
        await AnswersAsync(dig, at, ["any.wild." + SampleNames.Zone, "TXT"], "\"any\"");
        await AnswersAsync(dig, at, ["www.short.dnames." + SampleNames.Zone, "A"], $"{SampleNames.Zone}.\n{Www}.\n192.0.2.1");
        await AnswersAsync(dig, at, ["odd." + SampleNames.Zone, "TYPE65280"], "\\# 4 DEADBEEF");
        await AnswersAsync(dig, at, ["service." + SampleNames.Zone, "SVCB"], $"1 {Www}. alpn=\"dot\" port=853");
        await AnswersAsync(dig, at, ["version.bind", "CH", "TXT"], "\"ropewalk for tests\"");
        await AnswersAsync(dig, at, ["id.server", "CH", "TXT"], "\"server-one\"");
        Assert.NotEmpty(await AskAsync(dig, [.. at, Www, "ANY", "+short"]));

        string signed = await AskAsync(dig, [.. at, Www, "A", "-y", TransferKey.Text]);
        Assert.Contains("192.0.2.1", signed, StringComparison.Ordinal);
        Assert.Contains("NOERROR 0", signed, StringComparison.Ordinal);
        Assert.DoesNotContain("Couldn't verify", signed, StringComparison.Ordinal);
        Assert.Contains("status: NXDOMAIN", await AskAsync(dig, [.. at, "nobody." + SampleNames.Zone, "A"]), StringComparison.Ordinal);
        Assert.Contains("status: NOERROR", await AskAsync(dig, [.. at, "deep." + SampleNames.Zone, "A"]), StringComparison.Ordinal);
        Assert.Contains("status: REFUSED", await AskAsync(dig, [.. at, "elsewhere.example", "A"]), StringComparison.Ordinal);
        Assert.Contains("status: BADVERS", await AskAsync(dig, [.. at, Www, "A", "+edns=7", "+noednsneg"]), StringComparison.Ordinal);
        Assert.Contains("status: NOTIMP", await AskAsync(dig, [.. at, Www, "A", "+opcode=2", "+noedns"]), StringComparison.Ordinal);
        string referral = await AskAsync(dig, [.. at, "host.sub." + SampleNames.Zone, "A", "+norec"]);
        Assert.Contains("flags: qr; QUERY: 1, ANSWER: 0, AUTHORITY: 1, ADDITIONAL: 2", referral, StringComparison.Ordinal);
        Console.WriteLine($"dig: questions, EDNS, cookies, TSIG, CHAOS, a referral over {transport}");
    }

    [Fact]
    public async Task Dig_transfers_over_TCP_and_TLS_with_the_key_only()
    {
        var dig = ExternalProgram.Find("dig", "bind9-dnsutils");
        await using DnsPrimary primary = await StartAsync();
        string[][] ways = [[.. primary.At], [.. primary.AtTls, "+tls"]];
        foreach (string[] at in ways)
        {
            string zone = await AskAsync(dig, [.. at, SampleNames.Zone, "AXFR", "-y", TransferKey.Text]);
            Assert.Contains($"XFR size: {SampleNames.TransferCount} records", zone, StringComparison.Ordinal);
            string newer = await AskAsync(dig, [.. at, SampleNames.Zone, "IXFR=0", "-y", TransferKey.Text]);
            Assert.Contains($"XFR size: {SampleNames.TransferCount} records", newer, StringComparison.Ordinal);
            string same = await AskAsync(dig, [.. at, SampleNames.Zone, "IXFR=1", "-y", TransferKey.Text]);
            Assert.Contains("XFR size: 1 records", same, StringComparison.Ordinal);
            Assert.Contains("Transfer failed", (await dig.RunAsync([.. at, SampleNames.Zone, "AXFR"])).Output, StringComparison.Ordinal);
        }

        Console.WriteLine("dig: AXFR and IXFR over TCP and TLS");
    }

    [Fact]
    public async Task What_a_datagram_does_not_hold_is_asked_for_again_by_TCP()
    {
        await using DnsPrimary primary = await StartAsync();
        string[] ask = [.. primary.At, "big." + SampleNames.Zone, "TXT"];
        string[] small = [.. primary.At, "big." + SampleNames.Zone, "TXT", "+bufsize=512", "+ignore"];
        foreach (string name in (string[])["dig", "kdig"])
        {
            ExternalProgram program = ExternalProgram.Find(name, name == "dig" ? "bind9-dnsutils" : "knot-dnsutils");
            string all = await AskAsync(program, ask);
            Assert.Contains("ANSWER: 60", all, StringComparison.Ordinal);
            Assert.Contains("(TCP)", all, StringComparison.Ordinal);
            Assert.Matches("lags: qr aa tc", await AskAsync(program, small));
        }

        Assert.Contains("ANSWER: 60", await AskAsync(ExternalProgram.Find("drill", "ldnsutils"), ["@127.0.0.1", "-p", ask[2], "-a", ask[3], ask[4]]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task IPv6_is_answered_too()
    {
        var dig = ExternalProgram.Find("dig", "bind9-dnsutils");
        string port = FreePort.Find().ToString(CultureInfo.InvariantCulture);
        await using DnsPrimary primary = await DnsPrimary.StartAsync(SampleNames.Zone, SampleNames.Version(1), [.. Options, "--listen", $"[::1]:{port}"]);
        string[] at = ["@::1", "-p", port];
        await AnswersAsync(dig, at, [Www, "A", "+notcp"], "192.0.2.1");
        await AnswersAsync(dig, at, [Www, "A", "+tcp"], "192.0.2.1");
        Assert.Contains($"XFR size: {SampleNames.TransferCount} records", await AskAsync(dig, [.. at, SampleNames.Zone, "AXFR", "-y", TransferKey.Text]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_may_ask_how_long_it_may_stay_and_networks_of_clients_change_nothing()
    {
        var dig = ExternalProgram.Find("dig", "bind9-dnsutils");
        await using DnsPrimary primary = await StartAsync();
        string all = await AskAsync(dig, [.. primary.At, Www, "A", "+tcp", "+keepalive", "+subnet=192.0.2.0/24"]);
        Assert.Contains("TCP KEEPALIVE: 30.0 secs", all, StringComparison.Ordinal);
        Assert.DoesNotContain("CLIENT-SUBNET", all, StringComparison.Ordinal);
        Assert.DoesNotContain("KEEPALIVE", await AskAsync(dig, [.. primary.At, Www, "A", "+notcp", "+keepalive"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UDP")]
    [InlineData("TCP")]
    [InlineData("TLS")]
    public async Task Kdig_asks(string transport)
    {
        var kdig = ExternalProgram.Find("kdig", "knot-dnsutils");
        await using DnsPrimary primary = await StartAsync();
        string[] at = transport switch
        {
            "UDP" => [.. primary.At, "+notcp", "+ignore"],
            "TCP" => [.. primary.At, "+tcp"],
            _ => [.. primary.AtTls, "+tls-ca=" + primary.Certificate, "+tls-hostname=localhost"],
        };
        string all = await AskAsync(kdig, [.. at, Www, "A", "+norec", "+nsid", "+dnssec", "+padding", "+cookie", "+bufsize=4096"]);
        Assert.Contains("Flags: qr aa; QUERY: 1; ANSWER: 1; AUTHORITY: 0; ADDITIONAL: 1", all, StringComparison.Ordinal);
        Assert.Contains("\"server-one\"", all, StringComparison.Ordinal);
        // RFC 8467 §4.1: on an encrypted way all, to blocks of 468 bytes.
        Assert.Equal(transport == "TLS", all.Contains("Received 468 B", StringComparison.Ordinal));
        Assert.Equal(transport == "TLS", all.Contains("TLS session (TLS1.3)", StringComparison.Ordinal));
        await AnswersAsync(kdig, at, ["alias." + SampleNames.Zone, "A"], Www + ".\n192.0.2.1");
        Assert.Contains("hmac-sha256", await AskAsync(kdig, [.. at, Www, "A", "-y", TransferKey.Text]), StringComparison.Ordinal);
        await AnswersAsync(kdig, at, ["id.server", "CH", "TXT"], "\"server-one\"");
        if (transport != "UDP")
        {
            string several = await AskAsync(kdig, [.. at, "+keepopen", "+short", Www, "A", "version." + SampleNames.Zone, "TXT", Www, "AAAA"]);
            Assert.Equal("192.0.2.1\n\"version 1\"\n2001:db8::1\n", several);
            string zone = await AskAsync(kdig, [.. at, SampleNames.Zone, "AXFR", "-y", TransferKey.Text]);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"1 messages, {SampleNames.TransferCount} records"), zone, StringComparison.Ordinal);
            Assert.Contains("BADSIG", (await kdig.RunAsync([.. at, SampleNames.Zone, "AXFR", "-y", TransferKey.Wrong])).Expect(1).Errors, StringComparison.Ordinal);
            Assert.Contains("REFUSED", (await kdig.RunAsync([.. at, SampleNames.Zone, "AXFR"])).Expect(1).Errors, StringComparison.Ordinal);
        }

        Console.WriteLine($"kdig: questions, padding, TSIG{(transport == "UDP" ? "" : ", many on one connection, AXFR")} over {transport}");
    }

    [Theory]
    [InlineData("UDP")]
    [InlineData("TCP")]
    public async Task Drill_asks(string transport)
    {
        var drill = ExternalProgram.Find("drill", "ldnsutils");
        await using DnsPrimary primary = await StartAsync();
        string[] at = ["@127.0.0.1", "-p", primary.Port.ToString(CultureInfo.InvariantCulture), transport == "TCP" ? "-t" : "-u"];
        string all = await AskAsync(drill, [.. at, "-D", Www, "A"]);
        Assert.Contains("flags: qr aa rd ; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 0", all, StringComparison.Ordinal);
        Assert.Contains("EDNS: version 0; flags: do ; udp: 1232", all, StringComparison.Ordinal);
        Assert.Contains("rcode: NXDOMAIN", await AskAsync(drill, [.. at, "nobody." + SampleNames.Zone, "A"]), StringComparison.Ordinal);
        Assert.Contains("192.0.2.1", await AskAsync(drill, [.. at, "-y", DrillKey, Www, "A"]), StringComparison.Ordinal);
        if (transport == "TCP")
        {
            string zone = await AskAsync(drill, [.. at, "-y", DrillKey, SampleNames.Zone, "AXFR"]);
            Assert.Equal(SampleNames.TransferCount, zone.Split('\n').Count(line => line.StartsWith(SampleNames.Zone, StringComparison.Ordinal) || line.Contains("." + SampleNames.Zone + ".\t", StringComparison.Ordinal)));
            Assert.Contains("rcode: REFUSED", (await drill.RunAsync([.. at, SampleNames.Zone, "AXFR"])).Output, StringComparison.Ordinal);
        }

        Console.WriteLine($"drill: questions, DO, TSIG{(transport == "UDP" ? "" : ", AXFR")} over {transport}; it has no TLS");
    }

    private static string DrillKey => $"{TransferKey.Name}:{TransferKey.Secret}:hmac-sha256";

    private static Task<DnsPrimary> StartAsync() => DnsPrimary.StartAsync(SampleNames.Zone, SampleNames.Version(1), Options);

    private static async Task<string> AskAsync(ExternalProgram program, string[] arguments) => (await program.RunAsync(arguments)).Expect().Output;

    private static async Task AnswersAsync(ExternalProgram program, string[] at, string[] question, string expected) =>
        Assert.Equal(expected, (await AskAsync(program, [.. at, .. question, "+short"])).TrimEnd());
}
