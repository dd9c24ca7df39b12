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
    [Fact]
    public async Task A_key_file_that_is_a_device_is_refused_and_not_read_for_ever()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/zero is a name of Linux");
        using var run = new CommandRun();
        Assert.Equal(10, await run.RunAsync("dig", "-k", "/dev/zero", "@127.0.0.1", "example"));
        Assert.Contains("'/dev/zero' is a device, not a regular file", run.Error, StringComparison.Ordinal);
    }

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
    [InlineData("many", "www.example +noall +answer other.example aaaa nobody.example mx +nostats")]
    [InlineData("global", "+noall +answer +ttlunits www.example other.example aaaa +nottlid -x 192.0.2.1")]
    [InlineData("query", "www.example +qr +nocookie +nsid +subnet=192.0.2.0/24 +norec +ednsopt=65001:6869 +padding=64 +noall +comments +question")]
    [InlineData("yaml", "www.example +yaml +qr +nocookie")]
    [InlineData("identify", "www.example +short +identify")]
    [InlineData("multiline", "example soa +multiline +noall +answer keys.example dnskey +multiline +noall +answer")]
    [InlineData("nocrypto", "+nocrypto +rrcomments +noall +answer keys.example dnskey")]
    [InlineData("unknown", "+unknownformat +noall +answer www.example other.example aaaa +expandaaaa +nounknownformat")]
    [InlineData("warnings", "-t nosuch www.example -c nosuch +noall +answer")]
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
    [InlineData("+nosuch", "Invalid option: +nosuch")]
    [InlineData("-Z x", "Invalid option: -Z")]
    [InlineData("-p 70000 example", "invalid port number '70000': out of range")]
    [InlineData("-y name", "-y: a key is [ALGORITHM:]NAME:BASE64")]
    [InlineData("-y hmac-md5:name:c2VjcmV0", "the algorithm is none of hmac-sha256")]
    [InlineData("-y name:%%%", "the secret is not in base64")]
    [InlineData("-p", "Invalid option: -p")]
    [InlineData("+time=x", "invalid timeout 'x': not a valid number")]
    [InlineData("+a example", "Invalid option: +a")]
    [InlineData("+ example", "Invalid option: +")]
    [InlineData("+bufsize=9999999999", "invalid buffer size '9999999999': out of range")]
    [InlineData("+subnet=x", "invalid prefix 'x'")]
    [InlineData("+cookie=zz", "+cookie: bad hex encoding")]
    [InlineData("-b nobody", "invalid address nobody")]
    [InlineData("-k nofile example", "Couldn't read key from nofile: file not found")]
    public async Task What_it_does_not_understand_is_said(string line, string said)
    {
        using var run = new CommandRun();
        Assert.Equal(1, await run.RunAsync(["dig", .. line.Split(' ')]));
        Assert.Contains(said, run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task What_is_no_name_no_host_and_no_file_has_dig_s_codes()
    {
        using var run = new CommandRun();
        Assert.Equal(10, await run.RunAsync("dig", "@127.0.0.1", "a..b"));
        Assert.Contains("dig: 'a..b' is not a legal name (empty label)", run.Error, StringComparison.Ordinal);
        Assert.Equal(8, await run.RunAsync("dig", "-f", "nofile"));
        Assert.Contains("dig: couldn't open specified batch file", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, await run.RunAsync("dig", "-4", "@::1", "example"));
        Assert.Contains("dig: couldn't get address for '::1': address family not supported", run.Error, StringComparison.Ordinal);
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
        DigRequest request = Parse(
            "@::1 -p5353 -t TXT -cCH -q version.bind +tcp +dnssec +norec +noad +cd +nsid +nocookie +bufsize=4096 +time=2 +retry=1 +subnet=192.0.2.0/24 +tls +tls-host=dns.example -4 -b 127.0.0.2#53 +opcode=notify +aaflag +zflag +qid=7");
        Assert.Equal(("::1", 5353, DnsType.TXT, "version.bind", true, "dns.example", 4), (request.Servers[0], request.Port, request.Type, request.NameText, request.UsesTls, request.TlsName, request.Family));
        Assert.Equal((DnsClass.CH, true, true, false, false, true, true), (request.Query.Class, request.Query.UsesStream, request.Query.DnssecOk, request.Query.RecursionDesired, request.Query.AuthenticData, request.Query.CheckingDisabled, request.Query.RequestsNsid));
        Assert.Equal((false, 4096, TimeSpan.FromSeconds(2), 2, IPNetwork.Parse("192.0.2.0/24")), (request.Query.UsesCookies, request.DatagramBytes, request.Query.Timeout, request.Query.Attempts, request.Query.ClientSubnet));
        Assert.Equal((IPEndPoint.Parse("127.0.0.2:53"), DnsOpcode.Notify, (ushort)0x0440, (ushort)7), (request.From!, request.Opcode, request.HeaderBits, request.Id!.Value));
        Assert.Equal((DnsType.IXFR, 7u), (Parse("example ixfr=7").Type, Parse("ixfr=7 example").Since));
    }

    /// <summary>As dig 9.18 has it; each of these was asked of dig too.</summary>
    [Theory]
    [InlineData("-x 192.0.2", "2.0.192.in-addr.arpa. PTR")]
    [InlineData("-x 10", "10.in-addr.arpa. PTR")]
    [InlineData("-x 192.0.2.1", "1.2.0.192.in-addr.arpa. PTR")]
    [InlineData("-x 2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. PTR")]
    [InlineData("ch txt version.bind", "version.bind TXT")]
    [InlineData("txt ch version.bind", "version.bind TXT")]
    [InlineData("-t mx a", "a MX")]
    [InlineData("mx", ". NS")]
    [InlineData("a mx", ". NS")]
    [InlineData("www.example mx a", "www.example A")]
    [InlineData("mx one.example two.example", "one.example MX, two.example MX")]
    [InlineData("one.example mx two.example", "one.example MX, two.example A")]
    [InlineData("one.example -x 192.0.2.1 -q two.example txt", "one.example A, 1.2.0.192.in-addr.arpa. PTR, two.example TXT")]
    public void Of_whom_it_asks(string line, string names) => Assert.Equal(names, string.Join(", ", DigParser.Parse(line.Split(' ')).Requests.Select(request => $"{request.NameText} {request.Type.Mnemonic()}")));

    [Fact]
    public void What_stands_before_the_first_name_is_said_of_all()
    {
        IReadOnlyList<DigRequest> requests = DigParser.Parse("@a +norec one +tcp @b two +short three +dnssec".Split(' ')).Requests;
        Assert.Equal([(true, false), (false, false), (false, true)], requests.Select(request => (request.Query.UsesStream, request.Query.DnssecOk)));
        Assert.Equal(["a b", "a", "a"], requests.Select(request => string.Join(' ', request.Servers)));
        Assert.All(requests, request => Assert.Equal((false, true), (request.Query.RecursionDesired, request.IsShort)));
    }

    [Fact]
    public void What_is_too_much_or_too_little_is_the_next_that_is_not()
    {
        DigRequest request = Parse("+time=0 +tries=0 +bufsize=100 +noall +ans +dnss +norec +nosplit +onesoa a.example");
        Assert.Equal((TimeSpan.FromSeconds(1), 1, 100, DigParts.Answer, true, false), (request.Query.Timeout, request.Query.Attempts, request.DatagramBytes, request.Parts, request.Query.DnssecOk, request.Query.RecursionDesired));
        Assert.Equal((0, true), (request.SplitWidth, request.HasOneStart));
    }

    [Theory]
    [InlineData("+short", "1 8 2 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55 D4AC69CB")]
    [InlineData("+short +nosplit", "1 8 2 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55D4AC69CB")]
    [InlineData("+short +split=30", "1 8 2 49FD46E6C4B45C55D4AC69CBD3CD34AC 1AFE51DE49FD46E6C4B45C55D4AC69CB")]
    public void Long_digests_stand_in_groups(string line, string shown)
    {
        DigRecordText text = new(Parse(line));
        Assert.Equal(shown, text.Rdata(ResourceRecord.Parse("d.example. 60 IN DS 1 8 2 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55D4AC69CB")));
    }

    private static DigRequest Parse(string line) => DigParser.Parse(line.Split(' ')).Requests[0];

    private static void Answer(ref DatagramBatch batch)
    {
        for (int i = 0; i < batch.Count; i++)
        {
            Assert.Equal(DnsViolation.None, DnsMessage.Decode(batch[i].Payload, out DnsMessage? asked));
            string name = asked!.Question!.Name.ToString();
            string[] records = (name, asked.Question.Type) switch
            {
                ("www.example.", DnsType.A) => ["www.example. 300 IN A 192.0.2.1", "www.example. 300 IN A 192.0.2.2"],
                ("example.", DnsType.SOA) => ["example. 300 IN SOA ns.example. admin.example. 7 3600 5400 1209600 1"],
                (_, DnsType.DNSKEY) => ["keys.example. 300 IN DNSKEY 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ=="],
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
        text = Regex.Replace(text, "in \\d+ ms", "in 0 ms");
        text = Regex.Replace(text, "timestamp \\S+", "timestamp now");
        text = Regex.Replace(text, "WHEN: .*", "WHEN: now");
        return Regex.Replace(text, "ropewalk dig \\S+", "ropewalk dig 0");
    }
}
