using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Web.Static.Files;
using Ropewalk.Web.Static.Server;

namespace Ropewalk.Web.Tests.Static;

/// <summary>A site on a real Kestrel over the memory transport: no port, no socket.</summary>
internal sealed class SiteUnderTest : IAsyncDisposable
{
    private static readonly EndpointSpec Name = EndpointSpec.Parse("mem:site");

    private readonly EndpointContext _context;

    private SiteUnderTest(StaticSite site, StaticSiteServer server, EndpointContext context)
    {
        Site = site;
        Server = server;
        _context = context;
    }

    public StaticSite Site { get; }

    public StaticSiteServer Server { get; }

    public static async Task<SiteUnderTest> StartAsync(StaticSite site, WebLimits? limits = null)
    {
        EndpointContext context = new();
        StaticSiteServer server = await StaticSiteServer.StartAsync(site, context, limits);
        await server.ListenAsync(Name);
        return new SiteUnderTest(site, server, context);
    }

    public static Task<SiteUnderTest> StartAsync(StaticSiteOptions options, AccessLog? log = null, TimeProvider? time = null, WebLimits? limits = null) =>
        StartAsync(new StaticSite(options, log, time: time), limits);

    /// <summary>Serves texts out of memory.</summary>
    public static Task<SiteUnderTest> StartAsync(params (string Path, string Content)[] files) =>
        StartAsync(new StaticSiteOptions { Files = Files(files), Listing = true });

    public static MemorySiteFiles Files(params (string Path, string Content)[] files) => new(
        files.Select(f => KeyValuePair.Create(f.Path, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(f.Content))),
        new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero));

    public async Task<ConnectionContext> ConnectAsync() => await _context.ConnectAsync(Name);

    public async Task<RawClient> OpenAsync() => new(await ConnectAsync());

    public async Task<RawResponse> GetAsync(string target, params string[] fields)
    {
        await using RawClient client = await OpenAsync();
        return await client.GetAsync(target, fields);
    }

    public async Task<RawResponse> AskAsync(string method, string target, params string[] fields)
    {
        await using RawClient client = await OpenAsync();
        return await client.AskAsync(method, target, fields);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
