using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Ropewalk.Web.Static.Server;

namespace Ropewalk.Cli.Strands;

/// <summary>PLACEHOLDER until hosting's Kestrel mount lands.</summary>
internal sealed class HttpMount : IAsyncDisposable, IConnectionListenerFactory, IConnectionListener, IHttpApplication<HttpContext>
{
    private readonly Channel<ConnectionContext> _connections = Channel.CreateBounded<ConnectionContext>(64);
    private readonly RequestDelegate _app;
    private readonly Lazy<Task<KestrelServer>> _server;

    public HttpMount(RequestDelegate app, WebLimits limits, ILoggerFactory loggers)
    {
        _app = app;
        _server = new Lazy<Task<KestrelServer>>(async () =>
        {
            var options = new KestrelServerOptions();
            limits.Apply(options);
            options.Listen(EndPoint, static l => l.Protocols = HttpProtocols.Http1AndHttp2);
            var server = new KestrelServer(Options.Create(options), this, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
            await server.StartAsync(this, CancellationToken.None);
            return server;
        });
    }

    public EndPoint EndPoint { get; } = new UriEndPoint(new Uri("mount://x"));

    public async Task ServeAsync(ConnectionContext connection)
    {
        await _server.Value;
        var done = new TaskCompletionSource();
        await _connections.Writer.WriteAsync(new Mounted(connection, done));
        await done.Task;
    }

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _connections.Reader.ReadAsync(cancellationToken);
        }
        catch (Exception e) when (e is ChannelClosedException or OperationCanceledException)
        {
            return null;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _connections.Writer.TryComplete();
        return default;
    }

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public Task ProcessRequestAsync(HttpContext context) => _app(context);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated && _connections.Writer.TryComplete())
        {
            KestrelServer server = await _server.Value;
            await server.StopAsync(new CancellationToken(true));
            server.Dispose();
        }
    }

    private sealed class Mounted(ConnectionContext inner, TaskCompletionSource done) : ConnectionContext
    {
        public override System.IO.Pipelines.IDuplexPipe Transport { get => inner.Transport; set => inner.Transport = value; }

        public override string ConnectionId { get => inner.ConnectionId; set => inner.ConnectionId = value; }

        public override IFeatureCollection Features => inner.Features;

        public override IDictionary<object, object?> Items { get => inner.Items; set => inner.Items = value; }

        public override CancellationToken ConnectionClosed { get => inner.ConnectionClosed; set => inner.ConnectionClosed = value; }

        public override EndPoint? LocalEndPoint { get => inner.LocalEndPoint; set => inner.LocalEndPoint = value; }

        public override EndPoint? RemoteEndPoint { get => inner.RemoteEndPoint; set => inner.RemoteEndPoint = value; }

        public override void Abort(ConnectionAbortedException abortReason) => inner.Abort(abortReason);

        public override ValueTask DisposeAsync()
        {
            done.TrySetResult();
            return default;
        }
    }
}
