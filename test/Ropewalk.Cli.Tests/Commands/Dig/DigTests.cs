using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Ropewalk.Cli.Commands.Dig;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Cli.Tests.Commands.Dig;

/// <summary><c>ropewalk dig</c>: what it takes, and what it shows.</summary>
public sealed class DigTests
{
    [Theory]
    [InlineData("plain", "www.example")]
    [InlineData("short", "www.example +short")]
    [InlineData("answer", "www.example a +noall +answer")]
    [InlineData("columns", "a-name-that-is-longer-than-its-column.example aaaa +noall +answer +nottlid")]
    [InlineData("bare", "www.example +noall +answer +nottlid +noclass")]
    [InlineData("nothing", "nobody.example mx +nocookie +nocmd")]
    [InlineData("reverse", "-x 192.0.2.1 +nostats +nocomments")]
    [InlineData("root", "+noedns +norec")]
    [InlineData("key", "www.example -y k:c2VjcmV0 +tries=1 +time=1")]
    public async Task What_it_shows(string name, string line)
    {
        await using DatagramPort server = DatagramPort.Bind(new IPEndPoint(IPAddress.Loopback, 0), Answer);
        using var run = new CommandRun();
        int code = await run.RunAsync(["dig", "@127.0.0.1", "-p", server.LocalEndPoint.Port.ToString(CultureInfo.InvariantCulture), .. line.Split(' ')]);
        GoldenText.Check($"dig/{name}.txt", Settle($"{run.Output}--- errors, and the code {code}\n{run.Error}", server.LocalEndPoint.Port));
    }

    [Fact]
    public async Task As_JSON()
    {
        await using DatagramPort server = DatagramPort.Bind(new IPEndPoint(IPAddress.Loopback, 0), Answer);
        using var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync("dig", $"@udp:127.0.0.1:{server.LocalEndPoint.Port}", "www.example", "--json"));
        using var json = System.Text.Json.JsonDocument.Parse(run.Output);
        Assert.Equal("NOERROR", json.RootElement.GetProperty("status").GetString());
        Assert.Equal("192.0.2.1", json.RootElement.GetProperty("answer")[0].GetProperty("data").GetString());
        Assert.Equal(["qr", "aa", "rd"], json.RootElement.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()!));
    }

    [Theory]
    [InlineData("+nosuch")]
    [InlineData("-Z x")]
    [InlineData("-x nobody")]
    [InlineData("-p 70000 example")]
    [InlineData("-t nosuch example")]
    [InlineData("-y name")]
    [InlineData("-y hmac-md5:name:c2VjcmV0")]
    [InlineData("-y name:%%%")]
    [InlineData("-p")]
    [InlineData("one two three")]
    [InlineData("a..b")]
    [InlineData("+time=x")]
    [InlineData("+a example")]
    [InlineData("+ example")]
    [InlineData("+bufsize=9999999999")]
    public async Task What_it_does_not_understand_is_said(string line)
    {
        using var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync(["dig", .. line.Split(' ')]));
        Assert.StartsWith("error:", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task Silence_is_nine()
    {
        await using DatagramPort server = DatagramPort.Bind(new IPEndPoint(IPAddress.Loopback, 0), (ref DatagramBatch batch) => { });
        using var run = new CommandRun();
        Assert.Equal(9, await run.RunAsync("dig", $"@127.0.0.1", "-p", $"{server.LocalEndPoint.Port}", "+time=1", "+tries=1", "example"));
        Assert.Contains(";; no servers could be reached", run.Output, StringComparison.Ordinal);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task A_server_that_is_no_address_is_said()
    {
        using var run = new CommandRun();
        Assert.Equal(10, await run.RunAsync("dig", "@udp:ns.example:53", "example"));
        Assert.Contains("needs a scheme, and with udp: an address", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void All_of_a_line_is_taken()
    {
        DigRequest request = DigParser.Parse(
            ["@::1", "-p5353", "-t", "TXT", "-cCH", "-q", "version.bind", "+tcp", "+dnssec", "+norec", "+noad", "+cd", "+nsid", "+nocookie", "+bufsize=4096", "+time=2", "+retry=1", "+subnet=192.0.2.0/24", "+tls", "+tls-host=dns.example", "-4"]);
        Assert.Equal(("::1", 5353, DnsType.TXT, "version.bind.", true, "dns.example", 4), (request.Server, request.Port, request.Type, request.Name.ToString(), request.UsesTls, request.TlsName, request.Family));
        Assert.Equal((DnsClass.CH, true, true, false, false, true, true), (request.Query.Class, request.Query.UsesStream, request.Query.DnssecOk, request.Query.RecursionDesired, request.Query.AuthenticData, request.Query.CheckingDisabled, request.Query.RequestsNsid));
        Assert.Equal((false, 4096, TimeSpan.FromSeconds(2), 2, IPNetwork.Parse("192.0.2.0/24")), (request.Query.UsesCookies, request.Query.DatagramBytes, request.Query.Timeout, request.Query.Attempts, request.Query.ClientSubnet));
        Assert.Equal((DnsType.IXFR, 7u), (DigParser.Parse(["example", "ixfr=7"]).Type, DigParser.Parse(["ixfr=7", "example"]).Since));
        Assert.Equal(("mx.", DnsType.A), (DigParser.Parse(["a", "mx"]).Name.ToString(), DigParser.Parse(["a", "mx"]).Type));
    }

    [Theory]
    [InlineData("-x 192.0.2", "2.0.192.in-addr.arpa.")]
    [InlineData("-x 10", "10.in-addr.arpa.")]
    [InlineData("-x 192.0.2.1", "1.2.0.192.in-addr.arpa.")]
    [InlineData("-x 2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.")]
    [InlineData("ch txt version.bind", "version.bind.")]
    [InlineData("txt ch version.bind", "version.bind.")]
    [InlineData("-c in ch", "ch.")]
    public void Of_whom_it_asks(string line, string name) => Assert.Equal(name, DigParser.Parse(line.Split(' ')).Name.ToString());

    [Fact]
    public void What_is_too_much_or_too_little_is_the_next_that_is_not()
    {
        DigRequest request = DigParser.Parse(["+time=0", "+tries=0", "+bufsize=100", "+noall", "+ans", "+dnss", "+norec", "+nosplit", "+onesoa", "a.example"]);
        Assert.Equal((TimeSpan.FromSeconds(1), 1, 512, DigParts.Answer, true, false), (request.Query.Timeout, request.Query.Attempts, request.Query.DatagramBytes, request.Parts, request.Query.DnssecOk, request.Query.RecursionDesired));
        Assert.Equal((0, true), (request.SplitWidth, request.HasOneStart));
    }

    [Theory]
    [InlineData("+short", "1 8 2 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55 D4AC69CB")]
    [InlineData("+short +nosplit", "1 8 2 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55D4AC69CB")]
    [InlineData("+short +split=30", "1 8 2 49FD46E6C4B45C55D4AC69CBD3CD34AC 1AFE51DE49FD46E6C4B45C55D4AC69CB")]
    public void Long_digests_stand_in_groups(string line, string shown)
    {
        DigText text = new(DigParser.Parse(line.Split(' ')), TextWriter.Null);
        Assert.Equal(shown, text.RdataText(ResourceRecord.Parse("d.example. 60 IN DS 1 8 2 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55D4AC69CB")));
    }

    private static void Answer(ref DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            Assert.Equal(DnsViolation.None, DnsMessage.Decode(batch[i].Payload, out DnsMessage? asked));
            string name = asked!.Question!.Name.ToString();
            string[] records = (name, asked.Question.Type) switch
            {
                ("www.example.", DnsType.A) => ["www.example. 300 IN A 192.0.2.1", "www.example. 300 IN A 192.0.2.2"],
                (_, DnsType.AAAA) => [$"{name} 86400 IN AAAA 2001:db8::1"],
                (_, DnsType.PTR) => [$"{name} 60 IN PTR www.example."],
                _ => [],
            };
            DnsMessage answer = new(
                asked.Header.ToResponse(DnsResponseCode.NoError) with { IsAuthoritative = true },
                asked.Questions,
                [.. records.Select(ResourceRecord.Parse)],
                records.Length > 0 ? default : [ResourceRecord.Parse("example. 60 IN SOA ns.example. admin.example. 1 2 3 4 5")],
                default,
                asked.Opt is null ? null : new OptRecord(1232, Options: asked.Opt.TryFind(EdnsOptionCode.Cookie, out OptOption? cookie) ? [new OptOption(EdnsOptionCode.Cookie, (byte[])[.. cookie.Value.Span, .. new byte[16]])] : []))
            {
                ResponseCode = records.Length > 0 ? DnsResponseCode.NoError : DnsResponseCode.NameError,
            };
            batch.Reply(i, answer.Encode());
        }
    }

    // What differs from run to run.
    private static string Settle(string text, int port)
    {
        text = text.Replace("\r", "", StringComparison.Ordinal).Replace(port.ToString(CultureInfo.InvariantCulture), "5300", StringComparison.Ordinal);
        text = Regex.Replace(text, "id: \\d+", "id: 1");
        text = Regex.Replace(text, "COOKIE: [0-9a-f]{16}", "COOKIE: 0123456789abcdef");
        text = Regex.Replace(text, "Query time: \\d+", "Query time: 0");
        text = Regex.Replace(text, "WHEN: .*", "WHEN: now");
        return Regex.Replace(text, "ropewalk dig \\S+", "ropewalk dig 0");
    }
}
