using System.IO.Pipes;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Ropewalk.Cli.Commands;
using Ropewalk.Cli.Tests.Commands;

namespace Ropewalk.Cli.Tests.Strands;

/// <summary>What <c>ropewalk dns check</c> reads, and what it says of what it cannot read.</summary>
public sealed class DnsCheckTests : IDisposable
{
    private const string Zone = "$TTL 300\n@ SOA ns1 host 1 7200 900 604800 300\n@ NS ns1\nns1 A 127.0.0.1\n";

    private readonly CommandRun _run = new();
    private readonly List<SafePipeHandle> _ends = [];

    public void Dispose()
    {
        _ends.ForEach(end => end.Dispose());
        _run.Dispose();
    }

    [Fact]
    public async Task Two_files_of_one_zone_are_an_error_that_names_both()
    {
        _run.Write("one.zone", "$ORIGIN example.test.\n" + Zone);
        _run.Write("two.txt", Zone);
        Assert.Equal(ExitCode.Configuration, await _run.RunAsync("dns", "check", "one.zone", "example.TEST=two.txt"));
        Assert.Contains("one.zone: valid", _run.Output, StringComparison.Ordinal);
        Assert.Contains("example.TEST=two.txt: error: the zone example.TEST. is in one.zone already\n", _run.Output, StringComparison.Ordinal);
        Assert.Contains("example.TEST=two.txt: 1 error", _run.Output, StringComparison.Ordinal);

        using var whole = new CommandRun();
        whole.Write("one.zone", Zone);
        whole.Write("two.zone", Zone);
        whole.Write("r.yaml", "dns: { listen: '127.0.0.1:0', zones: [example.test=one.zone, example.test=two.zone] }\n");
        Assert.Equal(ExitCode.Configuration, await whole.RunAsync("check", "r.yaml"));
        Assert.Contains("two.zone: ", whole.Output, StringComparison.Ordinal);
    }

    /// <summary>What a shell makes of <c>&lt;(make-zone)</c>: a descriptor that cannot be gone back in.</summary>
    [Fact]
    public async Task A_pipe_is_read_once_and_checked()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "descriptors have paths on Linux");
        Assert.Equal(ExitCode.Done, await _run.RunAsync("dns", "check", "example.test=" + Piped(Zone)));
        Assert.Contains("valid; example.test. serial 1, 3 records at 2 names", _run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, await _run.RunAsync("dns", "check", Piped("$ORIGIN example.org.\n" + Zone)));
        Assert.Contains("valid; example.org. serial 1", _run.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Configuration, await _run.RunAsync("dns", "check", Piped(Zone)));
        Assert.Contains("write ZONE= before it", _run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dir")]
    [InlineData("/")]
    [InlineData("a.zone/b")]
    [InlineData("/dev/null/x")]
    [InlineData("/dev/zero")]
    [InlineData("/dev/fd/999")]
    [InlineData("/dev/fd/x")]
    [InlineData("/proc/self/mem")]
    [InlineData("example.test=dir")]
    public async Task Whatever_the_path_is_there_is_a_word_for_it(string path)
    {
        _run.Write("a.zone", Zone);
        _run.Write("dir/file", "");
        Assert.Equal(ExitCode.Configuration, await _run.RunAsync("dns", "check", path));
        Assert.StartsWith(path + ": error: ", _run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task A_text_in_UTF_16_is_told_as_such_and_not_line_by_line(string encoding)
    {
        var other = Encoding.GetEncoding(encoding);
        await File.WriteAllBytesAsync(Path.Combine(_run.Folder, "example.test.zone"), [.. other.GetPreamble(), .. other.GetBytes(Zone)], TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Configuration, await _run.RunAsync("dns", "check", "example.test.zone", "example.org=example.test.zone"));
        Assert.Equal(2, _run.Output.TrimEnd().Split('\n').Length);
        Assert.Contains("example.test.zone: error: it is no zone file but a text in UTF-16: save it as UTF-8 or ASCII", _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_binary_file_is_told_as_such()
    {
        _run.Write("example.test.zone", "\x7f" + "ELF\x02\x01\x01\0\0\0(((\n\"");
        Assert.Equal(ExitCode.Configuration, await _run.RunAsync("dns", "check", "example.test=example.test.zone"));
        Assert.Equal("example.test=example.test.zone: error: it is no zone file but binary: its byte 8 is zero", _run.Output.TrimEnd());
    }

    [Theory]
    [InlineData("dns check --prnt", "there is no option '--prnt'; did you mean '--print'?")]
    [InlineData("dns check a.zone --prnt", "there is no option '--prnt'; did you mean '--print'?")]
    [InlineData("dns serve a.zone --keys k:c2VjcmV0", "there is no option '--keys': others would read it there; it is given in a configuration file, or in the variable ROPEWALK__DNS__KEYS")]
    [InlineData("dns serve --keys=k:c2VjcmV0==", "ROPEWALK__DNS__KEYS")]
    [InlineData("dns serve --transfer key,nokey", "--transfer: there is no key nokey. among 'keys', which are in a configuration file or in the variable ROPEWALK__DNS__KEYS")]
    [InlineData("dns serve --access 127.0.0.1/8", "127.0.0.1/8 has bits behind its prefix; the network is 127.0.0.0/8")]
    public async Task A_wrong_command_line_says_what_is_meant(string line, string expected)
    {
        Assert.Equal(ExitCode.Usage, await _run.RunAsync([.. line.Split(' ').Select(word => word.Replace(',', ' '))]));
        Assert.Contains(expected, _run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", _run.Error + _run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_with_bits_behind_its_prefix_is_refused_in_a_file_too()
    {
        _run.Write("r.yaml", "dns: { listen: '127.0.0.1:0' }\nlimits: { deny: 10.1.2.3/8 }\n");
        Assert.Equal(ExitCode.Configuration, await _run.RunAsync("check", "r.yaml"));
        Assert.Contains("r.yaml:2:17: 'deny': '10.1.2.3/8' has bits behind its prefix; the network is 10.0.0.0/8", _run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10/8")]
    [InlineData("192.168/16")]
    [InlineData("10")]
    public async Task A_network_with_fewer_than_four_numbers_is_none(string network)
    {
        _run.Write("r.yaml", $"dns: {{ listen: '127.0.0.1:0' }}\nlimits: {{ deny: '{network}' }}\n");
        Assert.Equal(ExitCode.Configuration, await _run.RunAsync("check", "r.yaml"));
        Assert.Contains($"'{network}' is not an address or a network such as 10.0.0.0/8", _run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("c2VjcmV0", "it has one colon or two, and here are 0")]
    [InlineData("hmac-sha257:k:c2VjcmV0", "the algorithm is none of hmac-sha256, ")]
    [InlineData("hmac-md5.sig-alg.reg.int:k:c2VjcmV0", "the algorithm is none of hmac-sha256, ")]
    [InlineData("a..b:c2VjcmV0", "the name of the key is no domain name")]
    [InlineData("k:c2VjcmV0!", "the secret is not in base64")]
    [InlineData("k:", "there is no secret behind the last colon")]
    public async Task A_wrong_key_is_told_by_its_part_and_not_shown(string key, string expected)
    {
        _run.Environment["ROPEWALK__DNS__KEYS"] = key;
        Assert.Equal(ExitCode.Configuration, await _run.RunAsync("dns", "serve", "--listen", "127.0.0.1:0"));
        Assert.Contains($"ROPEWALK__DNS__KEYS: a key is [ALGORITHM:]NAME:BASE64: {expected}", _run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", _run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_half_a_digest_is_taken_and_a_shorter_one_is_warned_of()
    {
        _run.Environment["ROPEWALK__DNS__KEYS__0"] = "half:" + Convert.ToBase64String(new byte[16]);
        _run.Environment["ROPEWALK__DNS__KEYS__1"] = "short:" + Convert.ToBase64String(new byte[15]);
        await _run.StartAsync("dns", "serve", "--listen", "127.0.0.1:0");
        Assert.Equal(ExitCode.Done, await _run.StopAsync());
        Assert.Contains("The key short. has a short secret: 15 bytes, and hmac-sha256 wants 32", _run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("The key half.", _run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_errors_each_has_the_name_of_the_service()
    {
        _run.Write("example.test.zone", Zone + "a A 1\nb A 2\n");
        Assert.Equal(ExitCode.Configuration, await _run.RunAsync("dns", "serve", "example.test.zone", "--listen", "127.0.0.1:0"));
        string[] lines = _run.Error.TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^error: dns: .*example\.test\.zone:[56]:5: ", line));
    }

    private string Piped(string text)
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        pipe.Write(Encoding.UTF8.GetBytes(text));
        // The reader's end stays with this process, as a shell leaves it to its child.
        _ends.Add(pipe.ClientSafePipeHandle);
        return "/proc/self/fd/" + pipe.GetClientHandleAsString();
    }
}
