using Finger.Session;
using Finger.Wire;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Sessions;

namespace Finger.Server;

/// <summary>Serves finger on each connection: <c>server.ListenAsync("tcp:79", new FingerServerHandler(directory).OnConnectedAsync)</c>.</summary>
public sealed class FingerServerHandler : SessionHandler<FingerServerSession, FingerServerEvent>
{
    private readonly IFingerDirectory _directory;
    private readonly FingerServerOptions _options;

    /// <summary>Creates the handler.</summary>
    /// <param name="directory">Knows the users.</param>
    /// <param name="options">Null for the defaults.</param>
    public FingerServerHandler(IFingerDirectory directory, FingerServerOptions? options = null)
        : base(new SessionOptions { TimeProvider = options?.TimeProvider ?? TimeProvider.System })
    {
        ArgumentNullException.ThrowIfNull(directory);
        _directory = directory;
        _options = options ?? new FingerServerOptions();
        _options.Limits.Validate();
        if (_options.Limits.AllowsForwarding && _options.Forwarder is null)
        {
            throw new ArgumentException("Forwarding is allowed, and there is no forwarder.", nameof(options));
        }
    }

    /// <inheritdoc/>
    protected override FingerServerSession CreateSession(ConnectionContext connection) => new(_options.Limits);

    /// <inheritdoc/>
    protected override async ValueTask OnEventAsync(FingerServerEvent sessionEvent, SessionTurn<FingerServerSession> turn)
    {
        _options.Audit?.Invoke(turn.Connection.RemoteEndPoint?.ToString(), sessionEvent);
        if (sessionEvent is FingerServerEvent.Asked { Query: var query })
        {
            turn.Session.Answer(await AnswerInTimeAsync(query, turn.ConnectionClosed), turn.Output);
            turn.Session.Finish();
        }
    }

    private async ValueTask<string> AnswerInTimeAsync(FingerQuery query, CancellationToken connectionClosed)
    {
        using var timeout = new CancellationTokenSource(_options.AnswerTimeout, _options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, connectionClosed);
        try
        {
            return await AnswerAsync(query, either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return "Finger answer timed out";
        }
    }

    private async ValueTask<string> AnswerAsync(FingerQuery query, CancellationToken cancellationToken)
    {
        if (query.IsForwarded)
        {
            return await ForwardAsync(query, cancellationToken);
        }

        // RFC 1288 §2.5.1 and §2.5.2
        return query.UserName.Length == 0
            ? await _directory.ListAsync(query.IsVerbose, cancellationToken)
            : await _directory.DescribeAsync(query.UserName, query.IsVerbose, cancellationToken) ?? $"{query.UserName}: no such user";
    }

    private async ValueTask<string> ForwardAsync(FingerQuery query, CancellationToken cancellationToken)
    {
        (string host, FingerQuery rest) = query.Forward();
        try
        {
            return await _options.Forwarder!.AskAsync(host, rest, cancellationToken);
        }
        catch (IOException failure)
        {
            return $"{host}: {failure.Message}";
        }
    }
}
