using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Ropewalk.Endpoints;
using Ropewalk.Web.Static.Server;

namespace Ropewalk.Bench;

/// <summary>Serves a folder: <c>web --transport sockets|reactor|kestrel --folder FOLDER [--log FILE] --port PORT</c>.</summary>
internal static class WebServer
{
    public static async Task<IAsyncDisposable> StartAsync(BenchArguments arguments)
    {
        AccessLog? log = arguments.Log.Length == 0 ? null : new AccessLog(new StreamAccessLogSink(new FileStream(arguments.Log, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite)));
        var site = new StaticSite(new StaticSiteOptions { Folder = arguments.Folder }, log);
        EndpointContext context = arguments.Transport == "kestrel"
            ? new EndpointContext { StreamListeners = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance) }
            : arguments.CreateContext();
        StaticSiteServer server = await StaticSiteServer.StartAsync(site, context);
        await server.ListenAsync(arguments.EndpointSpec);
        return server;
    }
}
