using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Ropewalk.Dns.Server;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Storage;
using Ropewalk.Testing;

namespace Ropewalk.Dns.Tests.Attacks;

/// <summary>What of a server's log others can write, and what of its secrets it has.</summary>
public sealed class QuietLogTests
{
    private const string Zone = "$TTL 300\n@ SOA ns1 host 1 7200 900 604800 300\n@ NS ns1\nns1 A 127.0.0.1\n";

    private static readonly TsigKey Key = new(DomainName.Parse("key.example."), TsigAlgorithm.HmacSha256, "c2VjcmV0"u8);

    private readonly MemoryFileStore _store = new();
    private readonly HeardLog _log = new();
    private readonly VirtualTime _time = new();

    /// <summary>Bad signatures, forged notices and answers, and what is no DNS at all: no line for any of them; for refused transfers ten a second.</summary>
    [Fact]
    public async Task Strangers_write_ten_lines_a_second_at_most()
    {
        await using DnsServer server = await StartAsync("example.org.zone");
        int before = _log.Lines.Count;
        TsigKey forged = new(Key.Name, Key.Algorithm, "forged"u8);
        byte[] notice = Messages.Query(1, "example.org", DnsType.SOA), answer = Messages.Query(1, "example.org", DnsType.SOA);
        notice[2] |= 4 << 3;
        answer[2] |= 0x80;
        byte[][] messages =
        [
            Messages.Query(1, "example.org", DnsType.AXFR), Messages.Query(1, "example.org", DnsType.IXFR, 1), Messages.Query(1, "a\\010b.example.org", DnsType.A), Messages.Query(1, "other.example", DnsType.A),
            Messages.Sign(new TsigTransaction(forged), Messages.Query(1, "example.org", DnsType.AXFR)), notice, answer, Messages.Query(1, "example.org", DnsType.AXFR)[..20],
        ];
        foreach (byte[] message in Enumerable.Repeat(messages, 20).SelectMany(all => all))
        {
            await SendAsync(server, Messages.Frame(message));
        }

        foreach (byte[] bytes in (byte[][])[[], [0], [0, 0], [0, 50, 1, 2], Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"), [0, 12, 0, 0]])
        {
            await SendAsync(server, bytes);
        }

        Assert.Equal(10, _log.Lines.Count - before);
        _time.Advance(TimeSpan.FromSeconds(1));
        await SendAsync(server, Messages.Frame(messages[0]));
        Assert.Equal(11, _log.Lines.Count - before);
        Assert.EndsWith("was refused the transfer of example.org.: REFUSED, no rule of 'transfer' fits (AXFR, no key); 50 more since the last such line", _log.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_is_said_has_a_secret_in_it()
    {
        await using (await StartAsync("example.org.zone", new NotifyPeer(new(IPAddress.Loopback, 9), Key)))
        {
        }

        // A key that was put into a zone by mistake is shown no further than one word.
        await PutAsync("bad.example.zone", Zone + "key A hmac-sha256:key.example.:c2VjcmV0\n");
        DnsZoneException failed = await Assert.ThrowsAsync<DnsZoneException>(async () => await StartAsync("bad.example.zone"));
        Assert.DoesNotContain("\n", Assert.Single(failed.Errors), StringComparison.Ordinal);
        Assert.DoesNotContain(_log.Lines, line => line.Contains("c2VjcmV0", StringComparison.Ordinal));
        Assert.DoesNotContain("c2VjcmV0", Key.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", new TsigKeyRing(Key).ToString(), StringComparison.Ordinal);
    }

    /// <summary>No number of mistakes in one file hides those of the next.</summary>
    [Fact]
    public async Task The_errors_of_each_file_are_told()
    {
        await PutAsync("one.example.zone", Zone + string.Concat(Enumerable.Range(0, 500).Select(i => $"a{i} A x\n")));
        await PutAsync("two.example.zone", Zone + "a A x\n");
        DnsZoneException failed = await Assert.ThrowsAsync<DnsZoneException>(async () => await StartAsync("one.example.zone", null, "two.example.zone"));
        Assert.Equal(102, failed.Errors.Count);
        Assert.Equal("one.example.zone: 500 errors in all", failed.Errors[100]);
        Assert.StartsWith("two.example.zone:5:5: ", failed.Errors[101], StringComparison.Ordinal);
    }

    private async Task<DnsServer> StartAsync(string file, NotifyPeer? secondary = null, params string[] others)
    {
        await PutAsync("example.org.zone", Zone);
        return await DnsServer.StartAsync(
            new DnsServerOptions
            {
                ZoneFiles = [.. others.Prepend(file).Select(name => new DnsZoneFile(_store, FileStorePath.Parse(name)))],
                Keys = new TsigKeyRing(Key),
                Transfers = AccessRules.Parse("key key.example."),
                Notify = secondary is null ? [] : [secondary],
                LoggerFactory = _log,
                TimeProvider = _time,
            },
            TestContext.Current.CancellationToken);
    }

    private async Task SendAsync(DnsServer server, byte[] bytes)
    {
        (ConnectionContext client, ConnectionContext served) = ConnectionPair.Create();
        Task serving = server.OnConnectedAsync(served);
        await client.Transport.Output.WriteAsync(bytes, TestContext.Current.CancellationToken);
        await client.Transport.Output.CompleteAsync();
        await serving;
        await client.DisposeAsync();
        await served.DisposeAsync();
    }

    private async Task PutAsync(string path, string text) =>
        await _store.ReplaceAsync(FileStorePath.Parse(path), Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken);

    /// <summary>Keeps each line from information on.</summary>
    private sealed class HeardLog : ILoggerFactory, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Lines)
            {
                Lines.Add(formatter(state, exception));
            }
        }
    }
}
