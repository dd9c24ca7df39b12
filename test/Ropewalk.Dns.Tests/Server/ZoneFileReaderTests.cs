using System.Text;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Text;
using Ropewalk.Dns.Zones;
using Ropewalk.Dns.Zones.Text;
using Ropewalk.Storage;

namespace Ropewalk.Dns.Tests.Server;

public sealed class ZoneFileReaderTests
{
    private readonly MemoryFileStore _store = new();

    [Fact]
    public async Task Reads_a_file_and_what_it_includes()
    {
        await Put("zones/a.zone", "$TTL 5\n@ NS ns\n$INCLUDE more/b.zone\n");
        await Put("zones/more/b.zone", "ns A 192.0.2.1\n");
        (MasterFileParser parser, Count sink) = await Read("zones/a.zone");
        Assert.Equal(0, parser.ProblemCount);
        Assert.Equal(2, sink.Records);
        Assert.Equal(["zones/a.zone", "zones/more/b.zone"], parser.Files.Names);
    }

    [Fact]
    public async Task Long_files_are_parsed_elsewhere()
    {
        await Put("a.zone", "$TTL 5\n" + string.Concat(Enumerable.Repeat("ns A 192.0.2.1\n", 100_000)));
        (MasterFileParser parser, Count sink) = await Read("a.zone");
        Assert.Equal(0, parser.ProblemCount);
        Assert.Equal(100_000, sink.Records);
        Assert.NotEqual(Environment.CurrentManagedThreadId, sink.Thread);
    }

    [Theory]
    [InlineData("$INCLUDE b.zone", "there is no such file")]
    [InlineData("$INCLUDE a:b", "it is no path inside of a file store")]
    [InlineData("$INCLUDE ~1.a", "it is no path inside of a file store")]
    [InlineData("$INCLUDE big", "has 2000 bytes")]
    public async Task Files_that_cannot_be_had_are_told(string text, string reason)
    {
        await Put("a.zone", text);
        await Put("big", new string(' ', 2000));
        (MasterFileParser parser, _) = await Read("a.zone", new MasterFileLimits { TextBytes = 1000 });
        MasterFileProblem problem = Assert.Single(parser.Problems);
        Assert.Equal(MasterFileViolation.FileUnreadable, problem.Violation);
        Assert.Contains(reason, problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_file_too()
    {
        (MasterFileParser parser, _) = await Read("none");
        Assert.Equal("none (there is no such file): a file cannot be read", Assert.Single(parser.Problems).Text);
    }

    private async Task<(MasterFileParser Parser, Count Sink)> Read(string path, MasterFileLimits? limits = null)
    {
        Count sink = new();
        MasterFileParser parser = await new ZoneFileReader(_store, limits)
            .ReadAsync(FileStorePath.Parse(path), DomainName.Parse("example.org"), sink, cancellationToken: TestContext.Current.CancellationToken);
        return (parser, sink);
    }

    private async Task Put(string path, string text) =>
        await _store.ReplaceAsync(FileStorePath.Parse(path), Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);

    private sealed class Count : IRecordSink
    {
        public int Records { get; private set; }

        public int Thread { get; private set; }

        public void Add(scoped ReadOnlySpan<byte> owner, DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata, SourcePosition position = default)
        {
            Records++;
            Thread = Environment.CurrentManagedThreadId;
        }
    }
}
