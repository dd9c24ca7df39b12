using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Relay;

/// <summary>Relays each accepted connection to one that it makes. A far side that cannot be reached resets the near one.</summary>
public sealed partial class RelayHandler : ConnectionHandler
{
    private readonly Func<ConnectionContext, CancellationToken, ValueTask<ConnectionContext>> _connect;
    private readonly RelayOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Creates the handler.</summary>
    /// <param name="connect">Makes the far connection for a near one.</param>
    /// <param name="options">The bounds; null for the defaults.</param>
    /// <param name="timeProvider">The clock for the timeouts; null for the system's.</param>
    /// <param name="logger">Is told of connections that could not be relayed.</param>
    public RelayHandler(
        Func<ConnectionContext, CancellationToken, ValueTask<ConnectionContext>> connect,
        RelayOptions? options = null,
        TimeProvider? timeProvider = null,
        ILogger<RelayHandler>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(connect);
        _connect = connect;
        _options = options ?? new RelayOptions();
        _options.Validate();
        _time = timeProvider ?? TimeProvider.System;
        _logger = logger ?? (ILogger)NullLogger.Instance;
    }

    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ConnectionContext? far = await TryConnectAsync(connection);
        if (far is null)
        {
            return;
        }

        await using (far)
        {
            RelayOutcome outcome = await ConnectionRelay.RunAsync(connection, far, _options, _time);
            LogRelayed(connection.ConnectionId, far.ConnectionId, outcome.NearToFarBytes, outcome.FarToNearBytes, outcome.End);
        }
    }

    private async ValueTask<ConnectionContext?> TryConnectAsync(ConnectionContext connection)
    {
        using var timeout = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, connection.ConnectionClosed);
        try
        {
            return await _connect(connection, either.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            string reason = timeout.IsCancellationRequested ? $"no answer within {_options.ConnectTimeout}" : e.Message;
            if (!connection.ConnectionClosed.IsCancellationRequested)
            {
                LogUnreachable(connection.ConnectionId, reason);
            }

            connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(new ConnectionEnd(ConnectionEndReason.Aborted, ErrorSide.Remote, "the far side cannot be reached"));
            connection.Abort(new ConnectionAbortedException("The far side of the relay cannot be reached."));
            return null;
        }
    }

    [LoggerMessage(1190, LogLevel.Debug, "Relayed {ConnectionId} to {FarConnectionId}: {NearToFarBytes} bytes there, {FarToNearBytes} back, {End}")]
    private partial void LogRelayed(string connectionId, string farConnectionId, long nearToFarBytes, long farToNearBytes, ConnectionEnd end);

    [LoggerMessage(1191, LogLevel.Warning, "Connection {ConnectionId} cannot be relayed: {Reason}")]
    private partial void LogUnreachable(string connectionId, string reason);
}
