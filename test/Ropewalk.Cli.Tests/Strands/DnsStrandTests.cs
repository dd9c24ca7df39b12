using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Ropewalk.Cli.Commands;
using Ropewalk.Cli.Tests.Commands;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Cli.Tests.Strands;

public sealed class DnsStrandTests : IDisposable
{
    private const string Zone = "$TTL 300\n@ SOA ns1 host 1 7200 900 604800 300\n@ NS ns1\nns1 A 127.0.0.1\nwww A 192.0.2.1\n";

    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task Without_a_file_there_is_a_zone_to_ask_for()
    {
        await _run.StartAsync("dns", "serve", "--listen", "127.0.0.1:0");
        Assert.Equal("127.0.0.1", await AskAsync("udp", "alias.ropewalk.test"));
        Assert.Equal("127.0.0.1", await AskAsync("tcp", "www.ropewalk.test"));
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
    }

    [Fact]
    public async Task A_zone_file_that_changes_is_read_again_and_one_with_errors_changes_nothing()
    {
        _run.Write("example.test.zone", Zone);
        string file = Path.Combine(_run.Folder, "example.test.zone");
        _run.Write("r.yaml", "dns: { listen: '127.0.0.1:0', zones: [example.test.zone] }\nstatus: { enabled: false }\n");
        await _run.StartAsync("up", "r.yaml");
        Assert.Equal("192.0.2.1", await AskAsync("udp", "www.example.test"));

        File.WriteAllText(file, Zone.Replace("192.0.2.1", "192.0.2.300", StringComparison.Ordinal));
        _run.Signals.HangUp();
        await _run.WaitForErrorAsync("example.test.zone:5:7: ");
        Assert.Equal("192.0.2.1", await AskAsync("udp", "www.example.test"));

        File.WriteAllText(file, Zone.Replace("192.0.2.1", "192.0.2.2", StringComparison.Ordinal).Replace(" 1 7200", " 2 7200", StringComparison.Ordinal));
        _run.Signals.HangUp();
        await _run.WaitForErrorAsync("serial 2");
        Assert.Equal("192.0.2.2", await AskAsync("udp", "www.example.test"));
        Assert.Equal("192.0.2.2", await AskAsync("tcp", "www.example.test"));
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
    }

    [Fact]
    public async Task Other_settings_are_live_and_the_server_stays()
    {
        const string Head = "status: { enabled: false }\ndns:\n  listen: '127.0.0.1:0'\n";
        _run.Write("example.test.zone", Zone);
        _run.Write("other.test.zone", Zone.Replace("192.0.2.1", "192.0.2.7", StringComparison.Ordinal));
        _run.Write("r.yaml", Head + "  zones: [example.test.zone]\n");
        await _run.StartAsync("up", "r.yaml");
        Assert.Equal("192.0.2.1", await AskAsync("udp", "www.example.test"));
        _run.Write("r.yaml", Head + "  zones: [example.test.zone, other.test.zone]\n  identity: other\n  idle-timeout: 5s\n  query-log: 1\n");
        _run.Signals.HangUp();
        await _run.WaitForErrorAsync("other.test. is served");
        Assert.Equal("192.0.2.7", await AskAsync("udp", "www.other.test"));
        Assert.Equal("192.0.2.7", await AskAsync("tcp", "www.other.test"));
        await _run.WaitForErrorAsync("udp www.other.test. A IN: NOERROR");
        await _run.WaitForErrorAsync("identity (live)");
        Assert.Single(Regex.Matches(_run.Error, "example\\.test\\. is served: serial 1, 4 records at 3 names"));
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
    }

    [Theory]
    [InlineData("README.md", "# A page\n\nwith text (and more\n\n- of\n- it\n")]
    [InlineData("r.yaml", "dns:\n  zones: [a.zone]\n")]
    [InlineData("key.pem", "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END PRIVATE KEY-----\n")]
    public async Task What_is_no_zone_file_is_said_to_be_none(string name, string text)
    {
        _run.Write(name, text);
        Assert.Equal(ExitCode.Configuration, await _run.RunAsync("dns", "serve", name, "--listen", "127.0.0.1:0"));
        Assert.Contains($"{name}: it is no zone file: there is no SOA record in it", _run.Error, StringComparison.Ordinal);
        Assert.Contains("ZONE=FILE", _run.Error, StringComparison.Ordinal);
        Assert.Single(_run.Error.TrimEnd().Split('\n'));
    }

    // Who has mistyped the SOA has a zone file all the same, and is told where.
    [Fact]
    public async Task A_zone_file_whose_SOA_is_mistyped_is_told_line_by_line()
    {
        _run.Write("example.test.zone", Zone.Replace("7200", "72oo", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Configuration, await _run.RunAsync("dns", "serve", "example.test.zone", "--listen", "127.0.0.1:0"));
        Assert.Contains("example.test.zone:2:", _run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("it is no zone file", _run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_of_a_configuration_reads_zones_and_certificates()
    {
        _run.Write("example.test.zone", Zone + string.Concat(Enumerable.Range(0, 200).Select(i => $"a{i} A x\n")));
        _run.Write("good.test.zone", Zone);
        _run.Write("r.yaml", "dns:\n  listen: ['127.0.0.1:0', 'tls:127.0.0.1:0:cert=missing.pem']\n  zones: [example.test.zone, good.test.zone]\n");
        Assert.Equal(ExitCode.Configuration, await _run.RunAsync("check", "r.yaml"));
        Assert.Contains("r.yaml:2:", _run.Output, StringComparison.Ordinal);
        Assert.Contains("missing.pem: no such file", _run.Output, StringComparison.Ordinal);
        Assert.Matches(@"r\.yaml:3:\d+: .*example\.test\.zone:6:6: ", _run.Output);
        Assert.InRange(_run.Output.Split('\n').Length, 50, 110);

        using var right = new CommandRun();
        right.Write("good.test.zone", Zone);
        right.Write("r.yaml", "dns: { listen: '127.0.0.1:0', zones: [good.test.zone] }\n");
        Assert.Equal(ExitCode.Done, await right.RunAsync("check", "r.yaml"));
    }

    [Fact]
    public async Task A_zone_with_errors_is_not_served_and_all_of_them_are_told()
    {
        _run.Write("example.test.zone", Zone + "a A 1\nb A 2\n");
        Assert.Equal(ExitCode.Configuration, await _run.RunAsync("dns", "serve", "example.test.zone", "--listen", "127.0.0.1:0"));
        Assert.Contains("example.test.zone:6:5: ", _run.Error, StringComparison.Ordinal);
        Assert.Contains("example.test.zone:7:5: ", _run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dns serve missing.zone", ExitCode.Configuration, "there is no file '")]
    [InlineData("dns serve --transfer nonsense", ExitCode.Usage, "\"nonsense\" is no rule")]
    [InlineData("dns serve --notify 192.0.2.1,key", ExitCode.Usage, "is not ADDRESS[:PORT] [key NAME]")]
    [InlineData("dns serve a..b=x.zone", ExitCode.Usage, "'a..b' is not the name of a zone")]
    [InlineData("dns check missing.zone", ExitCode.Configuration, "missing.zone: error: there is no such file")]
    public async Task What_is_wrong_is_told(string line, int code, string expected)
    {
        Assert.Equal(code, await _run.RunAsync(line.Split(' ')));
        Assert.Contains(expected, _run.Error + _run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", _run.Error + _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_list_of_rules_all_that_is_wrong_is_told()
    {
        Assert.Equal(ExitCode.Usage, await _run.RunAsync("dns", "serve", "--transfer", "nonsense", "--transfer", "key nokey", "--transfer", "any key neither"));
        Assert.Contains("\"nonsense\" is no rule", _run.Error, StringComparison.Ordinal);
        Assert.Contains("there is no key nokey. among 'keys'", _run.Error, StringComparison.Ordinal);
        Assert.Contains("there is no key neither. among 'keys'", _run.Error, StringComparison.Ordinal);
    }

    // Other users of the machine see command lines.
    [Fact]
    public async Task Secrets_are_not_given_on_the_command_line_and_never_shown()
    {
        Assert.Equal(ExitCode.Usage, await _run.RunAsync("dns", "serve", "--keys", "k:c2VjcmV0"));
        Assert.Contains("there is no option '--keys'", _run.Error, StringComparison.Ordinal);
        using var wrong = new CommandRun();
        wrong.Environment["ROPEWALK__DNS__KEYS"] = "c2VjcmV0";
        wrong.Environment["ROPEWALK__DNS__COOKIE-SECRET"] = "12";
        Assert.Equal(ExitCode.Configuration, await wrong.RunAsync("dns", "serve"));
        Assert.Contains("a key is [ALGORITHM:]NAME:BASE64", wrong.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", wrong.Error + wrong.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_zone_that_changes_and_keeps_its_serial_or_has_a_lower_one_is_told_of()
    {
        _run.Write("example.test.zone", Zone);
        await _run.StartAsync("dns", "serve", "example.test.zone", "--listen", "127.0.0.1:0");
        _run.Write("example.test.zone", Zone.Replace("192.0.2.1", "192.0.2.9", StringComparison.Ordinal));
        _run.Signals.HangUp();
        await _run.WaitForErrorAsync("has changed, but not its serial 1");
        _run.Write("example.test.zone", Zone.Replace(" 1 7200", " 0 7200", StringComparison.Ordinal));
        _run.Signals.HangUp();
        await _run.WaitForErrorAsync("which counts as older than 1");
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
    }

    [Fact]
    public async Task Check_tells_all_problems_with_their_places_and_prints_what_is_right()
    {
        _run.Write("good.test.zone", Zone);
        _run.Write("bad.test.zone", Zone + "c CNAME www\nc A 192.0.2.9\nd A 1\n");
        Assert.Equal(ExitCode.Configuration, await _run.RunAsync("dns", "check", "good.test.zone", "bad.test.zone"));
        Assert.Contains("good.test.zone: valid; good.test. serial 1, 4 records at 3 names", _run.Output, StringComparison.Ordinal);
        Assert.Contains("bad.test.zone:6:1: error: ", _run.Output, StringComparison.Ordinal);
        Assert.Contains("bad.test.zone:8:5: error: ", _run.Output, StringComparison.Ordinal);
        Assert.Contains("bad.test.zone: 2 errors", _run.Output, StringComparison.Ordinal);

        using var printed = new CommandRun();
        printed.Write("main.txt", Zone);
        Assert.Equal(ExitCode.Done, await printed.RunAsync("dns", "check", "example.test=main.txt", "--print"));
        Assert.StartsWith("$ORIGIN example.test.\n$TTL 300\n@ ", printed.Output, StringComparison.Ordinal);
        Assert.Contains("valid", printed.Error, StringComparison.Ordinal);
    }

    private async Task<string> AskAsync(string transport, string name)
    {
        int port = int.Parse(Regex.Match(_run.Output, $@"{transport}:127\.0\.0\.1:(\d+)").Groups[1].Value, CultureInfo.InvariantCulture);
        using var socket = new Socket(AddressFamily.InterNetwork, transport == "udp" ? SocketType.Dgram : SocketType.Stream, transport == "udp" ? ProtocolType.Udp : ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        byte[] message = new byte[512];
        int head = transport == "udp" ? 0 : 2;
        var writer = new DnsMessageWriter(message.AsSpan(head));
        writer.TryWriteQuestion(DomainName.Parse(name).Wire, DnsType.A, DnsClass.IN);
        int length = writer.Finish(new DnsHeader(1, 0));
        message[1] = head > 0 ? (byte)length : message[1];
        await socket.SendAsync(message.AsMemory(0, length + head));
        byte[] answer = new byte[512];
        int got = await socket.ReceiveAsync(answer).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(DnsViolation.None, DnsMessageReader.Begin(answer.AsSpan(head, got - head), out DnsMessageReader reader));
        string address = "";
        while (reader.TryReadRecord(out DnsRecordView view, out _))
        {
            if (view is { Type: DnsType.A, Section: DnsSection.Answer } && ResourceRecord.Decode(view, out ResourceRecord? record) == DnsViolation.None)
            {
                address = ((ARecord)record!.Rdata).Address.ToString();
            }
        }

        return address;
    }
}
