using Ropewalk.Endpoints;
using Ropewalk.Hosting;
using Ropewalk.Web.Static.Server;

namespace Ropewalk.Web.Tests.Static.Server;

public sealed class WebServiceKindTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly EndpointContext _context = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_live_setting_takes_effect_on_open_connections()
    {
        _folder.Write("sub/a.txt", "hello");
        await using ServiceRunner runner = new(_context);
        await ApplyAsync(runner, Options());
        await using RawClient client = await OpenAsync();
        Assert.Equal(404, (await client.GetAsync("/")).Status);
        WebServiceOptions listing = Options();
        listing.Site.Listing = true;
        await ApplyAsync(runner, listing);
        Assert.Equal(200, (await client.GetAsync("/")).Status);
    }

    [Fact]
    public async Task Another_folder_is_for_new_connections()
    {
        _folder.Write("one/a.txt", "one");
        _folder.Write("two/a.txt", "two");
        await using ServiceRunner runner = new(_context);
        await ApplyAsync(runner, Options("one"));
        await using RawClient old = await OpenAsync();
        Assert.Equal("one", (await old.GetAsync("/a.txt")).Text);
        await ApplyAsync(runner, Options("two"));
        await using RawClient young = await OpenAsync();
        Assert.Equal("two", (await young.GetAsync("/a.txt")).Text);
        Assert.Equal("one", (await old.GetAsync("/a.txt")).Text);
    }

    [Fact]
    public async Task What_cannot_be_served_changes_nothing()
    {
        _folder.Write("a.txt", "hello");
        await using ServiceRunner runner = new(_context);
        await ApplyAsync(runner, Options());
        ReloadResult result = await runner.ApplyAsync([Define(Options("not-there"))], TestContext.Current.CancellationToken);
        Assert.False(result.Succeeded);
        Assert.Contains("not-there", Assert.Single(result.Errors));
        WebServiceOptions faulty = Options();
        faulty.Site.MaxRanges = 0;
        faulty.Limits.MaxConnections = 0;
        result = await runner.ApplyAsync([Define(faulty)], TestContext.Current.CancellationToken);
        Assert.Equal(2, result.Errors.Count);
        await using RawClient client = await OpenAsync();
        Assert.Equal("hello", (await client.GetAsync("/a.txt")).Text);
    }

    [Fact]
    public async Task Limits_are_for_new_connections()
    {
        _folder.Write("a.txt", "hello");
        await using ServiceRunner runner = new(_context);
        WebServiceOptions narrow = Options();
        narrow.Limits.MaxHeaders = 2;
        await ApplyAsync(runner, narrow);
        await using (RawClient client = await OpenAsync()) Assert.Equal(431, (await client.GetAsync("/a.txt", "A: 1", "B: 2")).Status);
        await ApplyAsync(runner, Options());
        await using (RawClient client = await OpenAsync()) Assert.Equal(200, (await client.GetAsync("/a.txt", "A: 1", "B: 2")).Status);
    }

    [Fact]
    public async Task A_stop_says_goodbye_and_finishes_what_is_under_way()
    {
        byte[] content = new byte[2_000_000];
        _folder.Write("big.bin", content);
        ServiceRunner runner = new(_context);
        await ApplyAsync(runner, Options());
        await using RawClient idle = await OpenAsync();
        Assert.Equal(404, (await idle.GetAsync("/none")).Status);
        await using RawClient busy = await OpenAsync();
        await busy.SendRequestAsync("/big.bin");
        Assert.True(await busy.ReceiveAsync());
        Task stopping = runner.StopAsync(TestContext.Current.CancellationToken);
        Assert.Empty(await idle.ReadToEndAsync());
        Assert.Equal(content.Length, (await busy.ReadAsync()).Body.Length);
        await stopping;
        await runner.DisposeAsync();
    }

    [Theory]
    [InlineData("127.0.0.1:8080", "tcp:127.0.0.1:8080")]
    [InlineData("tcp:8080", "tcp:8080")]
    [InlineData("tls:443:dev", "tls:443:dev:alpn=h2,http/1.1")]
    [InlineData("tls:443:alpn=http/1.1:dev", "tls:443:alpn=http/1.1:dev")]
    [InlineData("unix:/run/web", "unix:/run/web")]
    public void Endpoints_are_completed_for_http(string written, string expected) =>
        Assert.Equal(expected, WebEndpoints.Complete(EndpointSpec.Parse(written)).ToUnredactedString());

    private WebServiceOptions Options(string folder = "") => new() { Site = { Folder = _folder[folder] } };

    private static ServiceDefinition Define(WebServiceOptions options) => new("site", WebServiceKind.Shared, options, [EndpointSpec.Parse("mem:site")]);

    private static async Task ApplyAsync(ServiceRunner runner, WebServiceOptions options)
    {
        ReloadResult result = await runner.ApplyAsync([Define(options)], TestContext.Current.CancellationToken);
        Assert.True(result.Succeeded, string.Join('\n', result.Errors));
    }

    private async Task<RawClient> OpenAsync() => new(await _context.ConnectAsync(EndpointSpec.Parse("mem:site")));
}
