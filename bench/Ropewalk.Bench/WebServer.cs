using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Ropewalk.Transports.Reactor;
using Ropewalk.Web.Static.Server;

namespace Ropewalk.Bench;

/// <summary>Serves a folder: <c>web --transport sockets|reactor|kestrel --folder FOLDER [--log FILE] --port PORT</c>.</summary>
internal static class WebServer
{
    public static async Task<IAsyncDisposable> StartAsync(BenchArguments arguments)
    {
        AccessLog? log = arguments.Log.Length == 0 ? null : new AccessLog(new StreamAccessLogSink(File.OpenWrite(arguments.Log)));
        var site = new StaticSite(new StaticSiteOptions { Folder = arguments.Folder }, log);
        IConnectionListenerFactory transport = arguments.Transport switch
        {
            "sockets" => new Transports.Sockets.SocketTransport(),
            "reactor" => new ReactorTransport(),
            "kestrel" => new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance),
            _ => throw new ArgumentException($"There is no transport {arguments.Transport}."),
        };
        var server = new StaticSiteServer(site, transport);
        await server.StartAsync([new IPEndPoint(IPAddress.Loopback, arguments.Port)]);
        return server;
    }
}
