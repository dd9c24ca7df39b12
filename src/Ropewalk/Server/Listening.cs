using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Transports;

namespace Ropewalk.Server;

/// <summary>
/// One endpoint that is listened on: its accept loop and its live connections.
/// </summary>
/// <remarks>
/// Stopping is phased: accepting ends; each connection is asked to say goodbye in its protocol's own words
/// (<c>IConnectionLifetimeNotificationFeature.ConnectionClosedRequested</c>); they drain until the deadline; what is left is aborted.
/// </remarks>
public sealed class Listening : IAsyncDisposable
{
    private readonly IConnectionListener _listener;
    private readonly ConnectionServerOptions _options;
    private readonly AcceptLoop _loop;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _abortNow = new();
    private readonly Completion _drained = new();
    private readonly Completion _usedUp = new();
    private readonly Dictionary<ConnectionEndReason, long> _ended = [];
    private Func<ConnectionDelegate, ConnectionDelegate>? _front;
    private ServedApplication _app;
    private LiveConnection? _oldest;
    private LiveConnection? _newest;
    private int _live;
    private long _receivedBytes;
    private long _sentBytes;
    private Task? _stop;

    internal Listening(EndpointSpec spec, EndpointListener endpoint, ConnectionDelegate app, EndpointContext context, ConnectionServerOptions options)
    {
        Spec = spec;
        ServedBy = $"the handler of {spec}";
        TimeProvider = context.TimeProvider;
        Logger = context.LoggerFactory.CreateLogger("Ropewalk.Server");
        _listener = endpoint.Listener;
        _front = endpoint.Front;
        _options = options;
        _app = new ServedApplication(WithFront(app));
        _loop = new AcceptLoop(this, endpoint.Listener, options);
    }

    /// <summary>Gets what it is bound to, with the port that the system chose.</summary>
    public EndPoint EndPoint => _listener.EndPoint;

    /// <summary>Gets the endpoint as it was asked for, last.</summary>
    public EndpointSpec Spec { get; private set; }

    /// <summary>Gets how many connections are live.</summary>
    public int ConnectionCount => Volatile.Read(ref _live);

    /// <summary>Gets whether the accept loop waits for the system to have descriptors or memory again.</summary>
    public bool IsStarved => _loop.IsStarved;

    /// <summary>Gets a task that completes when accepting has ended: by <see cref="StopAsync"/>, or because the listener failed or had only one connection to give.</summary>
    public Task AcceptingEnded => _loop.Completion;

    /// <summary>Gets whether it has been stopped, with nothing left of it.</summary>
    public bool IsStopped => Volatile.Read(ref _stop) is { IsCompleted: true };

    /// <summary>Gets a task that completes when the listener had no more to give (<c>stdio:</c>) and its last connection has ended; never where it was stopped or failed.</summary>
    internal Task UsedUp => _usedUp.Task;

    /// <summary>Gets or sets the name of the service that it belongs to, for metrics and traces; null outside a host.</summary>
    internal string? ServiceName { get; set; }

    /// <summary>Gets what the loop monitor calls whoever blocks a loop here.</summary>
    internal string ServedBy { get; private set; }

    internal TimeProvider TimeProvider { get; }

    internal ILogger Logger { get; }

    /// <summary>Captures what has passed through. The cost is one pass over the live connections.</summary>
    public TrafficTotals CaptureTotals()
    {
        lock (_gate)
        {
            long received = _receivedBytes;
            long sent = _sentBytes;
            for (LiveConnection? connection = _oldest; connection is not null; connection = connection.Next)
            {
                received += connection.ReceivedBytes;
                sent += connection.SentBytes;
            }

            return new TrafficTotals
            {
                Live = _live,
                Accepted = _loop.Accepted,
                AcceptErrors = _loop.Errors,
                Ended = new Dictionary<ConnectionEndReason, long>(_ended),
                ReceivedBytes = received,
                SentBytes = sent,
            };
        }
    }

    /// <summary>Lists live connections, oldest first.</summary>
    /// <param name="most">How many to list at most.</param>
    public IReadOnlyList<LiveConnection> ListConnections(int most = int.MaxValue)
    {
        lock (_gate)
        {
            var list = new List<LiveConnection>(Math.Min(_live, most));
            for (LiveConnection? connection = _oldest; connection is not null && list.Count < most; connection = connection.Next)
            {
                list.Add(connection);
            }

            return list;
        }
    }

    /// <summary>Changes what new connections are given to. Old ones keep what they have; none is refused or lost.</summary>
    public ValueTask SwapAsync(ConnectionDelegate app)
    {
        Swap(app);
        return ValueTask.CompletedTask;
    }

    /// <summary>Changes what new connections are given to, and tells what is left of the old.</summary>
    public FormerApplication Swap(ConnectionDelegate app)
    {
        ArgumentNullException.ThrowIfNull(app);
        lock (_gate)
        {
            return SwapLocked(app);
        }
    }

    /// <summary>Ends accepting. The connections go on; <see cref="StopAsync"/> ends them.</summary>
    public Task UnbindAsync() => _loop.StopAsync();

    /// <summary>Stops: no more connections; goodbye to those there are; drain; abort what is left at the deadline.</summary>
    /// <param name="cancellationToken">Brings the deadline forward to now.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        Task stop;
        lock (_gate)
        {
            stop = _stop ??= StopPhasedAsync();
        }

        await using (cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _abortNow))
        {
            await stop;
        }
    }

    /// <summary>Stops with the drain that the options allow.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>Changes what new connections are given to, and what stands before it: another certificate on the same socket.</summary>
    internal FormerApplication Swap(ConnectionDelegate app, EndpointSpec spec, Func<ConnectionDelegate, ConnectionDelegate>? front)
    {
        lock (_gate)
        {
            Spec = spec;
            ServedBy = $"the handler of {spec}";
            _front = front;
            return SwapLocked(app);
        }
    }

    internal IReadOnlyList<LiveConnection> ListConnections(ServedApplication app)
    {
        lock (_gate)
        {
            var list = new List<LiveConnection>();
            for (LiveConnection? connection = _oldest; connection is not null; connection = connection.Next)
            {
                if (connection.Application == app)
                {
                    list.Add(connection);
                }
            }

            return list;
        }
    }

    internal void Start()
    {
        ServerLog.Listening(Logger, Spec, EndPoint.ToString() ?? "");
        _loop.Start();
    }

    internal void OnAccepted(ConnectionContext context)
    {
        var connection = new LiveConnection(context, this, TimeProvider.GetTimestamp());
        lock (_gate)
        {
            connection.Application = _app;
            _app.OnAccepted();
            connection.Previous = _newest;
            _ = _newest is null ? _oldest = connection : _newest.Next = connection;
            _newest = connection;
            _live++;
        }

        connection.Start();
    }

    internal void OnEnded(LiveConnection connection, ConnectionEnd end)
    {
        lock (_gate)
        {
            _ = connection.Previous is null ? _oldest = connection.Next : connection.Previous.Next = connection.Next;
            _ = connection.Next is null ? _newest = connection.Previous : connection.Next.Previous = connection.Previous;
            _ended[end.Reason] = _ended.GetValueOrDefault(end.Reason) + 1;
            _receivedBytes += connection.ReceivedBytes;
            _sentBytes += connection.SentBytes;
            connection.Application?.OnEnded();
            if (--_live == 0)
            {
                NoteUsedUpLocked();
                if (_loop.Completion.IsCompleted)
                {
                    _drained.TrySet();
                }
            }
        }

        EngineMeter.ConnectionEnded(ServiceName, connection.Age, end.Reason);
        ServerLog.ConnectionEnded(Logger, connection.Id, end);
    }

    internal void OnAcceptingEnded()
    {
        lock (_gate)
        {
            NoteUsedUpLocked();
        }
    }

    private void NoteUsedUpLocked()
    {
        if (_live == 0 && _loop.IsUsedUp)
        {
            _usedUp.TrySet();
        }
    }

    private FormerApplication SwapLocked(ConnectionDelegate app)
    {
        ServedApplication former = _app;
        _app = new ServedApplication(WithFront(app));
        former.Retire();
        return new FormerApplication(this, former);
    }

    private ConnectionDelegate WithFront(ConnectionDelegate app) => _front is null ? app : _front(app);

    private async Task StopPhasedAsync()
    {
        // the caller holds the lock
        await Task.Yield();
        await _loop.StopAsync();
        IReadOnlyList<LiveConnection> live = ListConnections();
        ServerLog.StoppedListening(Logger, Spec, live.Count);
        foreach (LiveConnection connection in live)
        {
            connection.RequestClose();
        }

        if (!await WaitDrainedAsync(_options.DrainTimeout, _abortNow.Token))
        {
            await AbortAllAsync();
        }

        await _listener.DisposeAsync();
    }

    private async Task AbortAllAsync()
    {
        IReadOnlyList<LiveConnection> live = ListConnections();
        if (live.Count > 0)
        {
            string reason = _abortNow.IsCancellationRequested ? "waiting for them was given up" : $"they did not finish in {_options.DrainTimeout.TotalSeconds:0.#} s";
            ServerLog.Aborting(Logger, Spec, live.Count, reason);
        }

        foreach (LiveConnection connection in live)
        {
            connection.Abort(new ConnectionEnd(ConnectionEndReason.ServerStopped, ErrorSide.Local, "The server stopped and the drain deadline passed."));
        }

        if (!await WaitDrainedAsync(_options.AbortTimeout, CancellationToken.None) && ListConnections() is [LiveConnection first, ..] left)
        {
            ServerLog.LeftBehind(Logger, Spec, left.Count, first.Id);
        }
    }

    private async Task<bool> WaitDrainedAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_live == 0)
            {
                return true;
            }
        }

        try
        {
            await _drained.Task.WaitAsync(timeout, TimeProvider, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
