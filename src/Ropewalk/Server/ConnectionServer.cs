using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Ropewalk.Endpoints;

namespace Ropewalk.Server;

/// <summary>
/// Listens on endpoints and gives each connection to a <see cref="ConnectionDelegate"/> on a task of its own. What a handler throws is
/// logged and ends its connection only.
/// </summary>
public sealed class ConnectionServer : IAsyncDisposable
{
    private readonly EndpointContext _context;
    private readonly ConnectionServerOptions _options;
    private readonly Lock _gate = new();
    private readonly List<Listening> _listenings = [];
    private bool _isStopped;

    /// <summary>Creates a server that listens on nothing yet.</summary>
    /// <param name="context">Schemes, transports, clock and logs; null for the defaults.</param>
    /// <param name="options">Its bounds; null for the defaults.</param>
    public ConnectionServer(EndpointContext? context = null, ConnectionServerOptions? options = null)
    {
        _context = context ?? new EndpointContext();
        _options = options ?? new ConnectionServerOptions();
        _options.Validate();
    }

    /// <summary>Gets the endpoints that are listened on, in the order of the calls.</summary>
    public IReadOnlyList<Listening> Listenings
    {
        get
        {
            lock (_gate)
            {
                return [.. _listenings];
            }
        }
    }

    /// <summary>Listens on an endpoint. Connections are accepted when this completes.</summary>
    /// <param name="at">Where; it must have a scheme (<see cref="EndpointSpec.WithScheme"/>).</param>
    /// <param name="app">What each connection is given to. The connection ends when it returns.</param>
    /// <param name="cancellationToken">Gives up binding.</param>
    /// <exception cref="EndpointException">The endpoint cannot be listened on.</exception>
    public async ValueTask<Listening> ListenAsync(EndpointSpec at, ConnectionDelegate app, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(app);
        EndpointListener endpoint = await _context.ListenAsync(at, cancellationToken);
        var listening = new Listening(at, endpoint, app, _context, _options);
        bool isStopped;
        lock (_gate)
        {
            _listenings.RemoveAll(other => other.IsStopped);
            isStopped = _isStopped;
            if (!isStopped)
            {
                _listenings.Add(listening);
            }
        }

        if (isStopped)
        {
            await endpoint.Listener.DisposeAsync();
            throw new ObjectDisposedException(nameof(ConnectionServer), "The server has been stopped.");
        }

        listening.Start();
        return listening;
    }

    /// <summary>Listens on an endpoint with a pipeline of middleware.</summary>
    /// <inheritdoc cref="ListenAsync(EndpointSpec, ConnectionDelegate, CancellationToken)"/>
    public ValueTask<Listening> ListenAsync(EndpointSpec at, Action<IConnectionBuilder> configure, CancellationToken cancellationToken = default) =>
        ListenAsync(at, Build(configure), cancellationToken);

    /// <summary>Listens on an endpoint string, parsed with the context's schemes.</summary>
    /// <exception cref="FormatException">The string is not an endpoint.</exception>
    /// <inheritdoc cref="ListenAsync(EndpointSpec, ConnectionDelegate, CancellationToken)"/>
    public ValueTask<Listening> ListenAsync(string at, ConnectionDelegate app, CancellationToken cancellationToken = default) =>
        ListenAsync(EndpointSpec.Parse(at, _context.Schemes), app, cancellationToken);

    /// <summary>Listens on an endpoint string, parsed with the context's schemes, with a pipeline of middleware.</summary>
    /// <exception cref="FormatException">The string is not an endpoint.</exception>
    /// <inheritdoc cref="ListenAsync(EndpointSpec, ConnectionDelegate, CancellationToken)"/>
    public ValueTask<Listening> ListenAsync(string at, Action<IConnectionBuilder> configure, CancellationToken cancellationToken = default) =>
        ListenAsync(EndpointSpec.Parse(at, _context.Schemes), Build(configure), cancellationToken);

    /// <summary>Stops all endpoints at once, each in its phases: stop accepting, say goodbye, drain, abort.</summary>
    /// <param name="cancellationToken">Brings the drain deadline forward to now.</param>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        Listening[] listenings;
        lock (_gate)
        {
            _isStopped = true;
            listenings = [.. _listenings];
        }

        return Task.WhenAll(listenings.Select(listening => listening.StopAsync(cancellationToken)));
    }

    /// <summary>Stops with the drain that the options allow.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    private ConnectionDelegate Build(Action<IConnectionBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var builder = new ConnectionBuilder(_context.Services ?? new ServiceCollection().BuildServiceProvider());
        configure(builder);
        return builder.Build();
    }
}
