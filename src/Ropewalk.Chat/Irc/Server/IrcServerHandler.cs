using System.Buffers;
using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Network.Commands;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Security.Accounts;
using Ropewalk.Security.Sasl;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Serves one connection after another for a server: takes lines to the network's owner and does what commands leave to be done.</summary>
internal sealed class IrcServerHandler : SessionHandler<IrcServerSession, IrcServerEvent>
{
    private readonly IrcServer _server;
    private readonly IrcStores _stores;
    private readonly Action<IrcLink?> _connect;
    private readonly Action<IrcLink?> _receive;
    private readonly Action<IrcLink?> _complete;
    private readonly byte[] _ping;
    private readonly ChangeTurns _turns = new();

    public IrcServerHandler(IrcServer server, IrcStores stores, SessionOptions options, byte[] ping)
        : base(options)
    {
        _server = server;
        _stores = stores;
        _ping = ping;
        _connect = link => link!.User = _server.Network.Connect(link, link.Peer, _server.UtcNow);
        _receive = link => Receive(link!);
        _complete = link => Complete(link!);
    }

    /// <inheritdoc/>
    protected override IrcServerSession CreateSession(ConnectionContext connection) => new(ClassOf(connection), _ping);

    /// <inheritdoc/>
    protected override ValueTask OnBeginAsync(SessionTurn<IrcServerSession> turn)
    {
        IrcPeer peer = PeerOf(turn.Connection);
        var link = new IrcLink(turn, peer);
        turn.State = link;
        return _server.Owner.RunAsync(link, _connect);
    }

    /// <inheritdoc/>
    protected override ValueTask OnEventAsync(IrcServerEvent sessionEvent, SessionTurn<IrcServerSession> turn)
    {
        var link = (IrcLink)turn.State!;
        if (link.User!.IsGone)
        {
            return ValueTask.CompletedTask;
        }

        if (sessionEvent.Kind is IrcServerEventKind.TimedOut or IrcServerEventKind.Flooded)
        {
            string reason = turn.Session.EndReason;
            return _server.Owner.RunAsync(link, self => _server.Network.TimeOut(self!.User!, reason, _server.UtcNow));
        }

        if (sessionEvent.Kind == IrcServerEventKind.Overlong)
        {
            link.Penalty = IrcCommand.BrokenPenalty;
            return FinishLineAsync(_server.Owner.RunAsync(link, self => _server.Network.ReceiveOverlong(self!.User!, _server.UtcNow)), turn, link);
        }

        link.Line = sessionEvent.Line;
        ValueTask received = _server.Owner.RunAsync(link, _receive);
        if (received.IsCompletedSuccessfully && link.Work is null)
        {
            received.GetAwaiter().GetResult();
            AfterLine(turn, link);
            return ValueTask.CompletedTask;
        }

        return FinishLineAsync(received, turn, link);
    }

    /// <inheritdoc/>
    protected override async ValueTask OnEndAsync(SessionTurn<IrcServerSession> turn, ConnectionEnd end)
    {
        if (turn.State is IrcLink { User: not null } link)
        {
            string reason = Words(end);
            await _server.Owner.RunAsync(link, self => _server.Network.Disconnect(self!.User!, reason, _server.UtcNow));
            if (link.User!.IsRegistered && _server.Log.IsEnabled(LogLevel.Information))
            {
                IrcServerLog.Left(_server.Log, link.User.ToString(), end.Detail ?? reason);
            }
        }
    }

    private async ValueTask FinishLineAsync(ValueTask received, SessionTurn<IrcServerSession> turn, IrcLink link)
    {
        await received;
        while (link.Work is { } work)
        {
            if (work is IrcWork.KeepMessages messages)
            {
                await KeepAsync(messages, link, turn.Connection.ConnectionClosed);
            }
            else if (work is IrcWork.KeepInTurn keep)
            {
                await KeepAsync(keep, link, turn.Connection.ConnectionClosed);
            }
            else
            {
                await DoAsync(work, turn, link);
            }
        }

        AfterLine(turn, link);
    }

    private async ValueTask DoAsync(IrcWork work, SessionTurn<IrcServerSession> turn, IrcLink link)
    {
        await _stores.DoAsync(work, link, turn.Connection);
        try
        {
            await _server.Owner.RunAsync(link, _complete);
        }
        finally
        {
            // Not before the network knows that it did not come in time: else it would hear of it twice.
            link.Late?.Invoke();
            link.Late = null;
        }
    }

    // Who has gone has said it all the same. Who waits too long is told so: that it was not said, where it can still be left out of the log.
    private async ValueTask KeepAsync(IrcWork.KeepMessages messages, IrcLink link, CancellationToken closed)
    {
        Task kept = link.Kept!;
        if (await _stores.Calls.WaitAsync(kept, "history", closed) || closed.IsCancellationRequested)
        {
            link.Work = null;
        }
        else if (messages.TryGiveUp())
        {
            await _server.Owner.RunAsync(link, _complete);
        }
        else
        {
            await _server.Owner.RunAsync(link, self =>
            {
                self!.Work = null;
                if (!kept.IsCompleted && !self.User!.IsGone)
                {
                    _server.Network.TellOverdue(messages, _server.UtcNow);
                }
            });
        }

        link.Kept = null;
    }

    private async ValueTask KeepAsync(IrcWork.KeepInTurn keep, IrcLink link, CancellationToken closed)
    {
        TaskCompletionSource turn = _turns.Enter(keep.Row, out Task before);
        keep.IsOverdue = !await _stores.Calls.WaitAsync(before, "changes", closed);
        Task last = before;
        try
        {
            if (!keep.IsOverdue)
            {
                await _server.Owner.RunAsync(link, self => ((IrcWork.KeepInTurn)self!.Work!).Prepare(_server.Network));
                Task<bool> call = keep.IsVoid ? Task.FromResult(false) : _stores.KeepAsync(keep);
                last = call;
                keep.IsOverdue = !await _stores.Calls.WaitAsync(call, "changes", closed);
                keep.IsDone = !keep.IsOverdue && await call;
            }

            await _server.Owner.RunAsync(link, _complete);
        }
        finally
        {
            if (keep.IsOverdue)
            {
                _ = _stores.Calls.FollowAsync(last, "changes", () => EndLate(keep, last as Task<bool>, turn));
            }
            else
            {
                _turns.Leave(keep.Row, turn);
            }
        }
    }

    private void EndLate(IrcWork.KeepInTurn keep, Task<bool>? call, TaskCompletionSource turn) => _server.Owner.Post(_ =>
    {
        try
        {
            if (call is not null)
            {
                keep.IsOverdue = false;
                keep.IsDone = call.Result;
                _server.Network.CompleteLate(keep, _server.UtcNow);
            }
        }
        finally
        {
            _turns.Leave(keep.Row, turn);
        }
    });

    private void AfterLine(SessionTurn<IrcServerSession> turn, IrcLink link)
    {
        link.Line = default;
        if (link.User!.IsRegistered && !turn.Session.IsRegistered)
        {
            turn.Session.OnRegistered(turn.Now);
            if (_server.Log.IsEnabled(LogLevel.Information))
            {
                IrcServerLog.Registered(_server.Log, link.User.ToString(), turn.Connection.RemoteEndPoint?.ToString() ?? "-");
            }
        }

        turn.Session.Charge(link.Penalty, turn.Now);
    }

    private void Receive(IrcLink link)
    {
        ReadOnlySequence<byte> line = link.Line;
        if (line.IsSingleSegment)
        {
            link.Penalty = _server.Network.Receive(link.User!, line.FirstSpan, _server.UtcNow);
        }
        else
        {
            byte[] rented = ArrayPool<byte>.Shared.Rent((int)line.Length);
            line.CopyTo(rented);
            link.Penalty = _server.Network.Receive(link.User!, rented.AsSpan(0, (int)line.Length), _server.UtcNow);
            ArrayPool<byte>.Shared.Return(rented);
        }

        TakeWork(link);
    }

    private void Complete(IrcLink link)
    {
        _server.Network.Complete(link.Work!, _server.UtcNow);
        TakeWork(link);
    }

    private void TakeWork(IrcLink link)
    {
        _server.Network.TryTakeWork(out IrcWork? work);
        link.Work = work;
        if (work is IrcWork.KeepMessages keep)
        {
            // On the network's turn: so the log has the order in which messages were taken.
            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            keep.Done = done.SetResult;
            link.Kept = done.Task;
            _server.History!.Enqueue(keep);
        }
    }

    private IrcConnectionClass ClassOf(ConnectionContext connection)
    {
        IPAddress? address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        bool isSecure = IsSecure(connection);
        foreach (IrcConnectionClass one in _server.Options.Classes)
        {
            if ((one.From is null || (address is not null && one.From.Contains(address))) && (isSecure || !one.RequiresTls))
            {
                return one;
            }
        }

        return Nobody;
    }

    private IrcPeer PeerOf(ConnectionContext connection)
    {
        IPAddress? address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        bool isSecure = IsSecure(connection);
        CertificateFingerprint? fingerprint = connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } certificate ? CertificateFingerprint.Of(certificate) : null;
        bool isLocal = address is null || IPAddress.IsLoopback(address);
        SaslServerContext context = _stores.ContextOf(connection, fingerprint, isPrivate: true);
        return new IrcPeer(address, isSecure, fingerprint?.ToString(), ClassOf(connection))
        {
            SaslMechanisms = _stores.MechanismsFor(context),
            IsCloaked = _server.Options.CloaksHosts && !isLocal,
        };
    }

    // Nobody is admitted to it.
    private static IrcConnectionClass Nobody { get; } = new() { Name = "none", MaxConnections = 0 };

    private static bool IsSecure(ConnectionContext connection) => connection.Features.Get<ITlsHandshakeFeature>() is { Protocol: not SslProtocols.None };

    private static string Words(ConnectionEnd end) => end switch
    {
        { Reason: ConnectionEndReason.TimedOut or ConnectionEndReason.LimitExceeded or ConnectionEndReason.ServerStopped, Detail: { } detail } => detail,
        { Reason: ConnectionEndReason.SendQueueExceeded } => "SendQ exceeded",
        { Reason: ConnectionEndReason.PeerReset } => "Connection reset by peer",
        { Reason: ConnectionEndReason.Completed } => "Connection closed",
        _ => "Connection lost",
    };
}
