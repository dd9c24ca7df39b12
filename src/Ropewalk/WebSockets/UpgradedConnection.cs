using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ropewalk.WebSockets;

/// <summary>Is what is left of a request's connection behind the answer 101: the bytes, and the features that the connection had.</summary>
internal sealed class UpgradedConnection : ConnectionContext, IDuplexPipe
{
    private readonly HttpContext _context;
    private string? _id;

    public UpgradedConnection(HttpContext context, Stream stream)
    {
        _context = context;
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        Transport = this;
        // what the request's connection has (TLS, the end reason, the turn) is seen through; what the layer sets hides the transport's own
        Features = new FeatureCollection(context.Features);
        Items = new ConnectionItems();
        LocalEndPoint = EndPointOf(context.Connection.LocalIpAddress, context.Connection.LocalPort) ?? context.Features.Get<IConnectionEndPointFeature>()?.LocalEndPoint;
        RemoteEndPoint = EndPointOf(context.Connection.RemoteIpAddress, context.Connection.RemotePort) ?? context.Features.Get<IConnectionEndPointFeature>()?.RemoteEndPoint;
        ConnectionClosed = context.Features.Get<IConnectionLifetimeFeature>()?.ConnectionClosed ?? context.RequestAborted;
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public override string ConnectionId
    {
        get => _id ?? _context.Connection.Id;
        set => _id = value;
    }

    public override IFeatureCollection Features { get; }

    public override IDictionary<object, object?> Items { get; set; }

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public override void Abort(ConnectionAbortedException abortReason) => _context.Abort();

    public override void Abort() => _context.Abort();

    private static IPEndPoint? EndPointOf(IPAddress? address, int port) => address is null ? null : new IPEndPoint(address, port);
}
