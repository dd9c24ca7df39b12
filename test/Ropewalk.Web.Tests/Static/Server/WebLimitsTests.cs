using System.Text;
using Ropewalk.Web.Static.Server;

namespace Ropewalk.Web.Tests.Static.Server;

/// <summary>Kestrel looks at its timeouts once a second, on a clock of its own: these tests take that long.</summary>
public sealed class WebLimitsTests
{
    private static readonly StaticSiteOptions Options = new() { Files = SiteUnderTest.Files(("/a", "x")) };

    [Fact]
    public async Task A_request_that_comes_too_slowly_is_cut()
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(Options, limits: new WebLimits { HeadersTimeout = TimeSpan.FromSeconds(1) });
        await using RawClient client = await site.OpenAsync();
        await client.SendAsync("GET /a HTTP/1.1\r\nHost: si");
        string answer = Encoding.ASCII.GetString(await client.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.StartsWith("HTTP/1.1 408 ", answer);
    }

    [Fact]
    public async Task A_connection_that_asks_for_nothing_more_is_closed()
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(Options, limits: new WebLimits { KeepAliveTimeout = TimeSpan.FromSeconds(1) });
        await using RawClient client = await site.OpenAsync();
        Assert.Equal(200, (await client.GetAsync("/a")).Status);
        Assert.Empty(await client.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task No_more_connections_are_served_than_allowed()
    {
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(Options, limits: new WebLimits { MaxConnections = 2 });
        await using RawClient first = await site.OpenAsync();
        await using RawClient second = await site.OpenAsync();
        Assert.Equal(200, (await first.GetAsync("/a")).Status);
        Assert.Equal(200, (await second.GetAsync("/a")).Status);
        await using (RawClient third = await site.OpenAsync())
        {
            await third.SendRequestAsync("/a");
            Assert.Empty(await third.ReadToEndAsync());
        }
        Assert.Equal(200, (await first.GetAsync("/a")).Status);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        WebLimits limits = new()
        {
            MaxConnections = 0,
            MaxRequestLineBytes = 0,
            MaxHeaderBytes = 0,
            MaxHeaders = 0,
            HeadersTimeout = TimeSpan.Zero,
            KeepAliveTimeout = TimeSpan.Zero,
            MaxRequestBodyBytes = -1,
            MinBytesPerSecond = 0,
            SlowGracePeriod = TimeSpan.Zero,
            MaxStreams = 0,
        };
        Assert.Equal(10, limits.Validate().Count());
        Assert.Empty(new WebLimits().Validate());
    }
}
