using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Ropewalk.Testing;
using Ropewalk.Web.Static.Server;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Tests.Static.Server;

public sealed class AccessLogTests
{
    private static readonly AccessLogEntry Entry = new(IPAddress.Loopback, "GET", "/a", "HTTP/1.1", 200, 5, null, null);

    [Fact]
    public async Task Each_request_is_a_line()
    {
        ListSink sink = new();
        AccessLog log = new(sink);
        await using (SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Files = SiteUnderTest.Files(("/a.txt", "hello")) }, log))
        {
            await site.GetAsync("/a.txt?q", "Referer: http://r/", "User-Agent: test");
            await site.AskAsync("HEAD", "/a.txt");
            await site.GetAsync("/a.txt", "Range: bytes=0-1,4-4");
            await site.GetAsync("/none");
            await site.AskAsync("DELETE", "/a.txt");
            await site.GetAsync("/a.txt", "If-None-Match: *");
        }
        await log.DisposeAsync();
        Assert.Equal(6, sink.Lines.Count);
        // in any order: a line is written when its answer has left, and the next request may be answered by another thread before that
        Has("""^- - - \[\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET /a\.txt\?q HTTP/1\.1" 200 5 "http://r/" "test"$""");
        Has("\"HEAD /a.txt HTTP/1.1\" 200 0 ");
        Has("\"GET /a.txt HTTP/1.1\" 206 [1-9]\\d\\d ");
        Has("\"GET /none HTTP/1.1\" 404 54 ");
        Has("\"DELETE /a.txt HTTP/1.1\" 405 ");
        Has("\"GET /a.txt HTTP/1.1\" 304 0 ");

        void Has(string pattern) => Assert.Single(sink.Lines, line => Regex.IsMatch(line, pattern));
    }

    [Fact]
    public async Task No_request_forges_a_line()
    {
        ListSink sink = new();
        AccessLog log = new(sink);
        await using (SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Files = SiteUnderTest.Files(("/a", "")) }, log))
        {
            await site.GetAsync("/a\"%0a\\", "User-Agent: x\" 200 1\\\"\t\u001b[31m", "Referer: \u00e2\u0080\u00ae\"");
        }
        await log.DisposeAsync();
        string line = Assert.Single(sink.Lines);
        Assert.All(line, c => Assert.InRange(c, ' ', '~'));
        Assert.Equal(6, line.Count(c => c == '"'));
        Assert.Contains("\"GET /a\\x22%0a\\x5C HTTP/1.1\" 400", line);
        Assert.Contains("x\\x22 200 1\\x5C\\x22\\x09\\x1B[31m", line);
    }

    [Fact]
    public async Task Lines_wait_for_each_other_but_not_long()
    {
        VirtualTime time = new();
        ListSink sink = new();
        await using AccessLog log = new(sink, time: time);
        log.Write(Entry);
        log.Write(Entry);
        time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(0, sink.Writes);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await sink.Written.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(2, sink.Lines.Count);
        Assert.Equal(1, sink.Writes);
    }

    [Fact]
    public async Task A_sink_that_stands_still_costs_lines_and_never_a_request()
    {
        using ManualResetEventSlim gate = new();
        ListSink sink = new() { Gate = gate };
        AccessLog log = new(sink, new AccessLogOptions { BufferBytes = 64 * 1024, FlushInterval = TimeSpan.Zero });
        await using (SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Files = SiteUnderTest.Files(("/a", "x")) }, log))
        {
            await using RawClient client = await site.OpenAsync();
            string agent = new('u', 500);
            for (int i = 0; i < 1000; i++) Assert.Equal(200, (await client.GetAsync("/a", "User-Agent: " + agent)).Status);
        }
        Assert.InRange(log.DroppedLines, 700, 999);
        gate.Set();
        await log.DisposeAsync();
        long told = sink.Lines.Where(l => l.StartsWith('#')).Sum(l => long.Parse(l.Split(' ')[1]));
        Assert.Equal(log.DroppedLines, told);
        Assert.Equal(1000, log.DroppedLines + sink.Lines.Count(l => !l.StartsWith('#')));
    }

    [Fact]
    public async Task A_sink_that_fails_is_survived()
    {
        VirtualTime time = new();
        ListSink sink = new() { Fault = new IOException("full") };
        await using AccessLog log = new(sink, time: time);
        log.Write(Entry);
        time.Advance(TimeSpan.FromSeconds(1));
        await sink.Written.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        while (log.DroppedLines == 0) await Task.Yield();
        sink.Fault = null;
        log.Write(Entry);
        await log.DisposeAsync();
        Assert.Contains("# 1 lines dropped", sink.Lines);
    }

    [Fact]
    public void A_logger_takes_an_entry_for_each_line()
    {
        ListLogger logger = new();
        new LoggerAccessLogSink(logger).Write("one {x}\ntwo\n"u8);
        Assert.Equal(["Information 3001 one {x}", "Information 3001 two"], logger.Entries);
    }

    [Fact]
    public void A_stream_takes_the_lines_as_they_are()
    {
        MemoryStream stream = new();
        new StreamAccessLogSink(stream).Write("one\ntwo\n"u8);
        Assert.Equal("one\ntwo\n", Encoding.ASCII.GetString(stream.ToArray()));
    }

    private sealed class ListSink : IAccessLogSink
    {
        private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Lines { get; } = [];

        public int Writes { get; private set; }

        public Task Written => _written.Task;

        public ManualResetEventSlim? Gate { get; init; }

        public Exception? Fault { get; set; }

        public void Write(ReadOnlySpan<byte> lines)
        {
            Writes++;
            Gate?.Wait();
            if (Fault is null) Lines.AddRange(Encoding.Latin1.GetString(lines).TrimEnd('\n').Split('\n'));
            _written.TrySetResult();
            if (Fault is not null) throw Fault;
        }
    }

    private sealed class ListLogger : ILogger
    {
        public List<string> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add($"{logLevel} {eventId.Id} {formatter(state, exception)}");
    }
}
