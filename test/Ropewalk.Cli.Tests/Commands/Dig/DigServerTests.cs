using System.Net;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Cli.Tests.Commands.Dig;

/// <summary><c>ropewalk dig</c> with servers that say something unusual, and with more than one.</summary>
public sealed class DigServerTests
{
    private delegate DnsMessage? Script(DnsMessage asked);

    [Theory]
    [InlineData("missing", "expected a TSIG or SIG(0)")]
    [InlineData("bad", "tsig verify failure")]
    [InlineData("refused", "tsig indicates error")]
    public async Task A_signature_that_is_not_good_is_told_at_once_with_the_answer(string how, string said)
    {
        await using DatagramPort server = Bind("127.0.0.1", 0, asked => asked.Header.ToResponse(DnsResponseCode.NoError) is var header && how == "missing"
            ? new DnsMessage(header, asked.Questions, [ResourceRecord.Parse("www.example. 60 IN A 192.0.2.1")])
            : new DnsMessage(header, asked.Questions, [ResourceRecord.Parse("www.example. 60 IN A 192.0.2.1")], Additionals:
                [new ResourceRecord(DomainName.Parse("k."), DnsClass.ANY, TimeSpan.Zero, Rdata.Parse(DnsType.TSIG, how == "bad" ? $"hmac-sha256. 1700000000 300 32 {Convert.ToBase64String(new byte[32])} {header.Id} NOERROR 0" : $"hmac-sha256. 1700000000 300 0 {header.Id} BADKEY 0"))]));
        using var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync("dig", "@127.0.0.1", "-p", $"{server.LocalEndPoint.Port}", "www.example", "-y", "hmac-sha256:k:c2VjcmV0", "+tries=1", "+time=60").WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.StartsWith($";; Couldn't verify signature: {said}\n", run.Output.Replace("\r", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("192.0.2.1", run.Output, StringComparison.Ordinal);
        Assert.Contains(";; WARNING -- Some TSIG could not be validated", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_good_signature_is_no_word_worth()
    {
        TsigKey key = new(DomainName.Parse("k."), TsigAlgorithm.HmacSha256, "secret"u8);
        await using DatagramPort server = DatagramPort.Bind(new IPEndPoint(IPAddress.Loopback, 0), (ref DatagramBatch batch) =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                TsigTransaction signing = new(key);
                Assert.Equal(DnsViolation.None, TsigView.Find(batch[i].Payload, out TsigView tsig, out bool isThere));
                Assert.True(isThere);
                Assert.Equal(DnsResponseCode.NoError, signing.Check(tsig, DateTimeOffset.UtcNow));
                DnsMessage.Decode(batch[i].Payload, out DnsMessage? asked);
                byte[] plain = new DnsMessage(asked!.Header.ToResponse(DnsResponseCode.NoError), asked.Questions).Encode();
                byte[] place = new byte[plain.Length + signing.RecordBytes];
                plain.CopyTo(place, 0);
                int length = plain.Length;
                Assert.True(signing.TrySign(place, ref length, DateTimeOffset.UtcNow));
                batch.Reply(i, place.AsSpan(0, length));
            }
        });
        using var run = new CommandRun();
        run.Write("key.conf", "# made by tsig-keygen\nkey \"k\" {\n\talgorithm hmac-sha256;\n\tsecret \"c2VjcmV0\";\n};\n");
        Assert.Equal(0, await run.RunAsync("dig", "@127.0.0.1", "-p", $"{server.LocalEndPoint.Port}", "www.example", "-k", "key.conf", "+tries=1"));
        Assert.DoesNotContain("validate", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("verify", run.Output, StringComparison.Ordinal);
        Assert.Contains(";; TSIG PSEUDOSECTION:", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trace_goes_from_the_root_down()
    {
        await using DatagramPort root = Bind("127.0.0.1", 0, asked => asked.Question!.Name.IsRoot
            ? Answer(asked, [". 60 IN NS ns.root."], [], ["ns.root. 60 IN A 127.0.0.1"])
            : Answer(asked, [], ["example. 60 IN NS ns.example."], ["ns.example. 60 IN A 127.0.0.2"]));
        int port = root.LocalEndPoint.Port;
        await using DatagramPort middle = Bind("127.0.0.2", port, asked => Answer(asked, [], ["sub.example. 60 IN NS ns.sub.example."], ["ns.sub.example. 60 IN A 127.0.0.3"]));
        await using DatagramPort leaf = Bind("127.0.0.3", port, asked => Answer(asked, ["www.sub.example. 60 IN A 192.0.2.1"], [], []));
        using var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync("dig", "@127.0.0.1", "-p", $"{port}", "+trace", "+nocmd", "+tries=1", "www.sub.example"));
        string[] lines = run.Output.Replace("\r", "", StringComparison.Ordinal).Split('\n');
        Assert.Equal([".", "example.", "sub.example.", "www.sub.example."], lines.Where(line => line.Length > 0 && line[0] != ';').Select(line => line.Split('\t')[0]));
        Assert.Equal(
            [$"127.0.0.1#{port}(127.0.0.1)", $"127.0.0.1#{port}(ns.root)", $"127.0.0.2#{port}(ns.example)", $"127.0.0.3#{port}(ns.sub.example)"],
            lines.Where(line => line.StartsWith(";; Received", StringComparison.Ordinal)).Select(line => line.Split(' ')[5]));
    }

    [Theory]
    [InlineData("example.", "BAD (HORIZONTAL) REFERRAL")]
    [InlineData("elsewhere.", "BAD REFERRAL")]
    [InlineData(".", "BAD REFERRAL")]
    public async Task A_trace_does_not_go_round_in_circles(string child, string said)
    {
        int asks = 0;
        await using DatagramPort server = Bind("127.0.0.1", 0, asked => ++asks switch
        {
            1 => Answer(asked, [". 60 IN NS ns.root."], [], ["ns.root. 60 IN A 127.0.0.1"]),
            2 => Answer(asked, [], ["example. 60 IN NS ns.example."], ["ns.example. 60 IN A 127.0.0.1"]),
            _ => Answer(asked, [], [$"{child} 60 IN NS ns.example."], ["ns.example. 60 IN A 127.0.0.1"]),
        });
        using var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync("dig", "@127.0.0.1", "-p", $"{server.LocalEndPoint.Port}", "+trace", "+tries=1", "www.example"));
        Assert.Contains($";; {said}", run.Output, StringComparison.Ordinal);
        Assert.Equal(3, asks);
    }

    [Fact]
    public async Task A_file_has_a_line_for_each_command()
    {
        await using DatagramPort server = Bind("127.0.0.1", 0, asked => Answer(asked, [$"{asked.Question!.Name} 60 IN TXT \"{asked.Question.Type.Mnemonic()} {asked.Header.RecursionDesired}\""], [], []));
        using var run = new CommandRun();
        run.Write("lines", "one.example mx\n\n# nothing\n+norec two.example\nthree.example txt four.example\n");
        Assert.Equal(0, await run.RunAsync("dig", "-f", "lines", "@127.0.0.1", "-p", $"{server.LocalEndPoint.Port}", "+short"));
        Assert.Equal("\"MX True\"\n\"A False\"\n\"TXT True\"\n\"A True\"\n", run.Output.Replace("\r", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_of_a_file_signs_each_line()
    {
        await using DatagramPort server = Bind("127.0.0.1", 0, asked => Answer(asked, [$"{asked.Question!.Name} 60 IN TXT \"{asked.Additionals.Any(record => record.Type == DnsType.TSIG)}\""], [], []));
        using var run = new CommandRun();
        run.Write("lines", "one.example txt\ntwo.example txt\n");
        run.Write("key", "key \"k\" { algorithm hmac-sha256; secret \"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0\"; };\n");
        await run.RunAsync("dig", "-k", "key", "-f", "lines", "@127.0.0.1", "-p", $"{server.LocalEndPoint.Port}", "+short");
        Assert.Equal(2, run.Output.Split("\"True\"").Length - 1);
        Assert.NotEqual(0, await run.RunAsync("dig", "-k", "nokey", "-f", "lines", "@127.0.0.1", "-p", $"{server.LocalEndPoint.Port}", "+short"));
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_completed()
    {
        await using DatagramPort server = Bind("127.0.0.1", 0, asked => asked.Question!.Name.ToString() == "www.example."
            ? Answer(asked, ["www.example. 60 IN A 192.0.2.1"], [], []) : Answer(asked, [], [], []) with { ResponseCode = DnsResponseCode.NameError });
        string[] at = ["dig", "@127.0.0.1", "-p", $"{server.LocalEndPoint.Port}", "+noall", "+question", "+tries=1"];
        Assert.Equal(";www.example.\t\t\tIN\tA\n", await OutputAsync([.. at, "www", "+domain=example"]));
        Assert.Equal(";www.\t\t\t\tIN\tA\n", await OutputAsync([.. at, "www", "+domain=example", "+nosearch"]));
        Assert.Equal(";www.\t\t\t\tIN\tA\n;www.example.\t\t\tIN\tA\n", await OutputAsync([.. at, "www", "+domain=example", "+ndots=0", "+showsearch"]));
    }

    [Fact]
    public async Task What_a_server_asks_for_is_said_and_done()
    {
        int asks = 0;
        await using DatagramPort server = Bind("127.0.0.1", 0, asked =>
        {
            asks++;
            OptOption? cookie = asked.Opt!.Options.FirstOrDefault(option => option.Code == EdnsOptionCode.Cookie);
            OptRecord opt = new(1232, 0, Options: cookie is null ? [] : [new OptOption(EdnsOptionCode.Cookie, (byte[])[.. cookie.Value.Span[..8], .. new byte[8]])]);
            return asked.Opt.Version > 0 ? Answer(asked, [], [], []) with { Opt = opt, ResponseCode = DnsResponseCode.BadVersion }
                : cookie!.Value.Length == 8 ? Answer(asked, [], [], []) with { Opt = opt, ResponseCode = DnsResponseCode.BadCookie }
                : Answer(asked, ["www.example. 60 IN A 192.0.2.1"], [], []) with { Opt = opt };
        });
        string output = await OutputAsync("dig", "@127.0.0.1", "-p", $"{server.LocalEndPoint.Port}", "+edns=3", "+noall", "+answer", "+comments", "www.example", "+tries=1");
        Assert.StartsWith(";; BADVERS, retrying with EDNS version 0.\n;; BADCOOKIE, retrying.\n", output, StringComparison.Ordinal);
        Assert.Contains("www.example.\t\t60\tIN\tA\t192.0.2.1\n", output, StringComparison.Ordinal);
        Assert.Equal(3, asks);
    }

    [Fact]
    public async Task What_is_malformed_is_shown_as_far_as_it_goes()
    {
        await using DatagramPort server = DatagramPort.Bind(new IPEndPoint(IPAddress.Loopback, 0), (ref DatagramBatch batch) =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                DnsMessage.Decode(batch[i].Payload, out DnsMessage? asked);
                batch.Reply(i, Answer(asked!, ["www.example. 60 IN A 192.0.2.1", "www.example. 60 IN A 192.0.2.2"], [], []).Encode().AsSpan()[..^2]);
            }
        });
        string[] line = ["dig", "@127.0.0.1", "-p", $"{server.LocalEndPoint.Port}", "www.example", "+tries=1", "+noall", "+answer"];
        string output = await OutputAsync(line);
        Assert.Contains(";; Warning: Message parser reports malformed message packet.", output, StringComparison.Ordinal);
        Assert.Contains("192.0.2.1", output, StringComparison.Ordinal);
        output = await OutputAsync([.. line, "+nobesteffort"]);
        Assert.Contains(";; Got bad packet:", output, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.1", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_asks_from_the_address_it_is_told()
    {
        string from = "";
        await using DatagramPort server = DatagramPort.Bind(new IPEndPoint(IPAddress.Loopback, 0), (ref DatagramBatch batch) =>
        {
            for (int i = 0; i < batch.Count; i++)
            {
                from = batch[i].Peer.ToIPAddress().ToString();
                DnsMessage.Decode(batch[i].Payload, out DnsMessage? asked);
                batch.Reply(i, Answer(asked!, [], [], []).Encode());
            }
        });
        await OutputAsync("dig", "@127.0.0.1", "-p", $"{server.LocalEndPoint.Port}", "www.example", "+tries=1", "-b", "127.0.0.5");
        Assert.Equal("127.0.0.5", from);
        using var run = new CommandRun();
        Assert.Equal(9, await run.RunAsync("dig", "@127.0.0.1", "-p", $"{server.LocalEndPoint.Port}", "www.example", "+tries=1", "-b", "192.0.2.1"));
        Assert.Contains("failed: address not available.", run.Output, StringComparison.Ordinal);
    }

    private static async Task<string> OutputAsync(params string[] line)
    {
        using var run = new CommandRun();
        Assert.Equal(0, await run.RunAsync(line));
        return run.Output.Replace("\r", "", StringComparison.Ordinal);
    }

    private static DnsMessage Answer(DnsMessage asked, string[] answers, string[] authorities, string[] additionals) =>
        new(asked.Header.ToResponse(DnsResponseCode.NoError), asked.Questions, [.. answers.Select(ResourceRecord.Parse)], [.. authorities.Select(ResourceRecord.Parse)], [.. additionals.Select(ResourceRecord.Parse)]);

    private static DatagramPort Bind(string address, int port, Script script) => DatagramPort.Bind(new IPEndPoint(IPAddress.Parse(address), port), (ref DatagramBatch batch) =>
    {
        for (int i = 0; i < batch.Count; i++)
        {
            Assert.Equal(DnsViolation.None, DnsMessage.Decode(batch[i].Payload, out DnsMessage? asked));
            if (script(asked!) is { } answer)
            {
                batch.Reply(i, answer.Encode());
            }
        }
    });
}
