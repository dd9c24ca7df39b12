using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Server;

/// <summary>One connection that a <see cref="Listening"/> serves: what a status page shows of it.</summary>
public sealed class LiveConnection : ICallbackObserver
{
    private readonly ConnectionContext _connection;
    private readonly Listening _owner;
    private readonly long _started;
    private readonly IConnectionEndFeature _end;

    internal LiveConnection(ConnectionContext connection, Listening owner, long started)
    {
        _connection = connection;
        _owner = owner;
        _started = started;
        _end = Provide<IConnectionEndFeature, EndRecord>(connection);
        Provide<IConnectionLifetimeNotificationFeature, CloseRequest>(connection);
        if (connection is StreamConnection own)
        {
            own.CallbackObserver = this;
        }
    }

    /// <summary>Gets the connection's identifier, as in the logs.</summary>
    public string Id => _connection.ConnectionId;

    /// <summary>Gets the peer's address; null where it has none. Behind <c>proxy:</c>, what the header says.</summary>
    public EndPoint? RemoteEndPoint => _connection.RemoteEndPoint;

    /// <summary>Gets the address that the peer connected to.</summary>
    public EndPoint? LocalEndPoint => _connection.LocalEndPoint;

    /// <summary>Gets how long it has been open.</summary>
    public TimeSpan Age => _owner.TimeProvider.GetElapsedTime(_started);

    /// <summary>Gets the bytes received from the peer; 0 where the transport does not count.</summary>
    public long ReceivedBytes => _connection.Features.Get<IConnectionCountersFeature>()?.ReceivedBytes ?? 0;

    /// <summary>Gets the bytes sent to the peer; 0 where the transport does not count.</summary>
    public long SentBytes => _connection.Features.Get<IConnectionCountersFeature>()?.SentBytes ?? 0;

    /// <summary>Gets the bytes that are held for it in memory, in both directions; 0 where the transport does not count.</summary>
    public long BufferedBytes => _connection.Features.Get<IBufferUseFeature>() is { } use ? use.InputBytes + use.OutputBytes : 0;

    // what serves it
    internal ServedApplication? Application { get; set; }

    // the neighbours in the owner's list, under its lock
    internal LiveConnection? Previous { get; set; }

    internal LiveConnection? Next { get; set; }

    /// <summary>Aborts the connection.</summary>
    /// <param name="end">Why.</param>
    public void Abort(ConnectionEnd end)
    {
        _end.TrySetEnd(end);
        _connection.Abort(new ConnectionAbortedException(end.Detail ?? end.ToString()));
    }

    void ICallbackObserver.OnCallbackFailed(Exception exception) => ServerLog.CallbackFailed(_owner.Logger, Id, exception);

    internal void RequestClose()
    {
        try
        {
            _connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        }
        catch (Exception exception)
        {
            // a handler's callback threw; the drain deadline still holds
            ServerLog.RequestCloseFailed(_owner.Logger, Id, exception);
        }
    }

    /// <summary>Begins to serve: on the connection's own turn or on the thread pool, because a handler that computes before its first await must not hold up the accept loop.</summary>
    internal void Start() => TurnStart.Post(_connection, _owner.ServedBy, static self => _ = ((LiveConnection)self!).ServeAsync(), this);

    private async Task ServeAsync()
    {
        ConnectionDelegate app = Application!.Delegate;
        try
        {
            if (_owner.Logger.IsEnabled(Microsoft.Extensions.Logging.LogLevel.Debug))
            {
                ServerLog.ConnectionStarted(_owner.Logger, Id, RemoteEndPoint?.ToString(), _owner.Spec);
            }

            await (EngineActivity.Source.HasListeners() ? ServeTracedAsync(app) : app(_connection));
        }
        catch (Exception exception)
        {
            OnHandlerThrew(exception);
        }

        await DisposeConnectionAsync();
        _end.TrySetEnd(new ConnectionEnd(ConnectionEndReason.Completed, ErrorSide.Local));
        _owner.OnEnded(this, _end.End);
    }

    private static TFeature Provide<TFeature, TOwn>(ConnectionContext connection)
        where TFeature : class
        where TOwn : class, TFeature, new()
    {
        if (connection.Features.Get<TFeature>() is { } present)
        {
            return present;
        }

        var own = new TOwn();
        connection.Features.Set<TFeature>(own);
        return own;
    }

    private async Task ServeTracedAsync(ConnectionDelegate app)
    {
        using Activity? activity = EngineActivity.Start("ropewalk.connection", ActivityKind.Server);
        activity?.SetTag(EngineMeter.ServiceTag, _owner.ServiceName);
        activity?.SetTag(EngineMeter.EndpointTag, _owner.Spec.ToString());
        activity?.SetTag("ropewalk.connection.id", Id);
        activity?.SetTag("network.peer.address", RemoteEndPoint?.ToString());
        try
        {
            await app(_connection);
        }
        catch (Exception exception)
        {
            ConnectionEnd end = HandlerFailure.Describe(exception, _connection);
            activity?.SetTag(EngineMeter.ReasonTag, EngineMeter.SnakeCase(end.Reason.ToString()));
            activity?.SetStatus(end.Reason == ConnectionEndReason.HandlerFailed ? ActivityStatusCode.Error : ActivityStatusCode.Unset, exception.GetType().Name);
            throw;
        }
    }

    private void OnHandlerThrew(Exception exception)
    {
        ConnectionEnd end = HandlerFailure.Describe(exception, _connection);
        bool isFirst = _end.TrySetEnd(end);
        if (end.Reason != ConnectionEndReason.HandlerFailed)
        {
            return;
        }

        // after an abort whatever a handler throws is an echo of it
        if (isFirst || _end.End.Reason == ConnectionEndReason.Completed)
        {
            ServerLog.HandlerFailed(_owner.Logger, Id, RemoteEndPoint?.ToString(), _owner.Spec, exception);
        }

        // a reset, not an orderly end: the peer must not take half an answer for a whole one
        _connection.Abort(new ConnectionAbortedException("The handler failed.", exception));
    }

    private async Task DisposeConnectionAsync()
    {
        try
        {
            await _connection.DisposeAsync();
        }
        catch (Exception exception)
        {
            ServerLog.DisposeFailed(_owner.Logger, Id, exception);
        }
    }
}
