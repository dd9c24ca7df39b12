using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Endpoints;

namespace Ropewalk.Dns.Client;

/// <summary>Keeps one connection to each server that is asked on streams. <b>Spec</b>: RFC 7766 §6.2.2.</summary>
internal sealed class QueryStreams(EndpointContext context, DnsClientOptions options, ClientTally tally) : IAsyncDisposable
{
    private readonly Lock _turn = new();
    private readonly Dictionary<EndpointSpec, Task<QueryStream>> _streams = [];
    private readonly List<Task> _ending = [];
    private readonly CancellationTokenSource _over = new();
    private bool _isOver;
    private readonly ConnectionClient _connections = new(context, new ConnectionClientOptions { ConnectTimeout = options.Timeout });

    /// <summary>Gets the connection to a server, or makes it. Who comes while it is being made shares it.</summary>
    /// <exception cref="EndpointException">The server cannot be reached.</exception>
    public async Task<QueryStream> GetAsync(EndpointSpec server, CancellationToken cancellationToken)
    {
        Task<QueryStream>? stream;
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_isOver, typeof(DnsClient));
            bool isThere = _streams.TryGetValue(server, out stream) && (!stream.IsCompleted || (stream.IsCompletedSuccessfully && stream.Result.IsOpen));
            if (!isThere)
            {
                Sweep();
                stream = ConnectAsync(server);
                _streams[server] = stream;
            }
        }

        return await stream!.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Task<QueryStream>[] streams;
        lock (_turn)
        {
            streams = [.. _streams.Values];
            _streams.Clear();
            _isOver = true;
        }

        _over.Cancel();
        foreach (Task<QueryStream> stream in streams)
        {
            try
            {
                QueryStream made = await stream;
                made.Close();
                await made.Ended;
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // it was not connected
            }
        }

        await Task.WhenAll(_ending);
        _over.Dispose();
    }

    /// <summary>Adds to an endpoint of TLS that DNS is what will be spoken, unless it says something else: its ALPN name at IANA, for RFC 7858. A server that has no list passes over it.</summary>
    public static EndpointSpec OfferProtocol(EndpointSpec server) => server.Scheme == "tls" && !server.Has("alpn") ? server.WithKey("alpn", "dot") : server;

    private async Task<QueryStream> ConnectAsync(EndpointSpec server)
    {
        ConnectionContext connection = await _connections.ConnectAsync(OfferProtocol(server), _over.Token);
        return new QueryStream(server, connection, options, context.TimeProvider, tally);
    }

    // What has ended is forgotten when another one is made; there are never more than servers are asked within an idle timeout.
    private void Sweep()
    {
        _ending.RemoveAll(ending => ending.IsCompleted);
        foreach ((EndpointSpec server, Task<QueryStream> stream) in _streams.ToArray())
        {
            if (stream.IsCompletedSuccessfully && !stream.Result.IsOpen)
            {
                _streams.Remove(server);
                _ending.Add(stream.Result.Ended);
            }
            else if (stream.IsFaulted || stream.IsCanceled)
            {
                _ = stream.Exception;
                _streams.Remove(server);
            }
        }
    }
}
