using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Ropewalk.Cli.Status;
using Ropewalk.Diagnostics;
using Ropewalk.Testing;

namespace Ropewalk.Cli.Tests.Status;

public sealed class StatusSiteTests : IDisposable
{
    private readonly StatusSite _site = new(new Source(), TimeProvider.System);

    [Theory]
    [InlineData("127.0.0.1:8090", 200)]
    [InlineData("[::1]:8090", 200)]
    [InlineData("localhost:8090", 200)]
    [InlineData("LOCALHOST.", 200)]
    [InlineData("status.example.org", 200)]
    [InlineData("192.168.0.7", 200)]
    [InlineData("evil.example", 421)]
    [InlineData("localhost.evil.example", 421)]
    [InlineData("127.0.0.1.evil.example", 421)]
    public async Task Only_known_names_are_answered(string host, int code)
    {
        _site.Hosts = ["status.example.org"];
        (HttpContext context, string body) = await AskAsync("/status.json", host);
        Assert.Equal(code, context.Response.StatusCode);
        Assert.Equal(code == 200, body.Contains("ropery-service", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/", "text/html; charset=utf-8")]
    [InlineData("/part", "text/html; charset=utf-8")]
    [InlineData("/status.json", "application/json")]
    [InlineData("/metrics", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("/status.css", "text/css; charset=utf-8")]
    [InlineData("/status.js", "text/javascript; charset=utf-8")]
    [InlineData("/icon.svg", "image/svg+xml")]
    [InlineData("/health", "text/plain; charset=utf-8")]
    public async Task Everything_has_a_type_and_a_policy(string path, string type)
    {
        (HttpContext context, string body) = await AskAsync(path, "localhost");
        Assert.Equal(200, context.Response.StatusCode);
        Assert.Equal(type, context.Response.ContentType);
        Assert.Equal(context.Response.ContentLength, Encoding.UTF8.GetByteCount(body));
        Assert.NotEmpty(body);
        Assert.Equal("nosniff", context.Response.Headers.XContentTypeOptions);
        Assert.StartsWith("default-src 'none'", context.Response.Headers.ContentSecurityPolicy.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_json_parses()
    {
        (_, string body) = await AskAsync("/status.json", "localhost");
        using JsonDocument json = JsonDocument.Parse(body);
        Assert.Equal("running", json.RootElement.GetProperty("state").GetString());
        Assert.Equal("ropery-service", json.RootElement.GetProperty("services")[0].GetProperty("name").GetString());
        Assert.Equal(5, json.RootElement.GetProperty("totals").GetProperty("open").GetInt64());
    }

    [Theory]
    [InlineData("POST", "/", 405)]
    [InlineData("HEAD", "/", 200)]
    [InlineData("GET", "/nothing", 404)]
    public async Task Methods_and_paths(string method, string path, int code)
    {
        (HttpContext context, string body) = await AskAsync(path, "localhost", method);
        Assert.Equal(code, context.Response.StatusCode);
        Assert.Equal(method == "HEAD", body.Length == 0);
    }

    [Fact]
    public void The_history_counts_seconds_and_keeps_two_minutes()
    {
        var time = new VirtualTime();
        var source = new Source();
        using var history = new StatusHistory(source, time);
        Assert.Empty(history.Samples);
        source.Received = 1000;
        time.Advance(TimeSpan.FromSeconds(1));
        StatusSample sample = Assert.Single(history.Samples);
        Assert.Equal(new StatusSample(5, 1000, 0, 0), sample);
        time.Advance(TimeSpan.FromSeconds(500));
        Assert.Equal(StatusHistory.Length, history.Samples.Count);
        Assert.Equal(0, history.Samples[^1].ReceivedPerSecond);
    }

    [Fact]
    public void The_totals_of_a_part_become_rates_and_a_restart_is_no_negative_one()
    {
        var time = new VirtualTime();
        var source = new Source { Queries = 100 };
        using var history = new StatusHistory(source, time);
        Assert.Empty(history.RatesOf("names")["queries"]);
        foreach (long value in (long[])[130, 130, 5, 6])
        {
            source.Queries = value;
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal([30, 0, 0, 1], history.RatesOf("names")["queries"]);
        Assert.DoesNotContain("records", history.RatesOf("names").Keys);
        time.Advance(TimeSpan.FromSeconds(500));
        Assert.Equal(StatusHistory.Length, history.RatesOf("names")["queries"].Count);
        source.Queries = null;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(history.RatesOf("names"));
    }

    public void Dispose() => _site.Dispose();

    private async Task<(HttpContext Context, string Body)> AskAsync(string path, string host, string method = "GET")
    {
        var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Request.Host = new HostString(host);
        context.Response.Body = body;
        await _site.HandleAsync(context);
        return (context, Encoding.UTF8.GetString(body.ToArray()));
    }

    private sealed class Source : IStatusSource, IStatusPart
    {
        public long? Queries { get; set; }

        public long Received { get; set; }

        public StatusSnapshot Capture()
        {
            var totals = new TrafficTotals { Live = 5, ReceivedBytes = Received };
            var service = new ServiceStatus("ropery-service", "web", ServiceState.Running, null, null, [], totals);
            return new StatusSnapshot(default, TimeSpan.FromSeconds(9), ServiceState.Running, [service], null);
        }

        public IReadOnlyList<ConnectionStatus> ListConnections(string? service = null, int most = 100) => [];

        public IReadOnlyList<ServicePart> ListParts() => Queries is null ? [] : [new ServicePart("names", this)];

        public IReadOnlyList<StatusFigure> CaptureFigures() => [new("queries", "Queries", Queries!.Value, IsTotal: true), new("records", "Records", 7)];

        public IReadOnlyList<StatusTable> CaptureTables() => [];
    }
}
