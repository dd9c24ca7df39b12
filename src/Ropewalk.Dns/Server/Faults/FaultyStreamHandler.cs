using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Ropewalk.Dns.Session;
using Ropewalk.Sessions;
using Ropewalk.Transports;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server.Faults;

/// <summary>Serves DNS on streams with faults.</summary>
internal sealed class FaultyStreamHandler(IMessageResponder responder, ITransferSource transfers, DnsStreamLimits limits, DnsFaults faults, TimeProvider time)
    : SessionHandler<FaultyStreamSession, DnsStreamEvent>(new SessionOptions { TimeProvider = time, FlushTimeout = limits.SendTimeout })
{
    /// <inheritdoc/>
    protected override FaultyStreamSession CreateSession(ConnectionContext connection)
    {
        PeerAddress peer = connection.RemoteEndPoint is IPEndPoint address ? new PeerAddress(address) : default;
        bool isTls = connection.Features.Get<ITlsHandshakeFeature>() is { Protocol: not SslProtocols.None };
        var origin = new MessageOrigin(peer, isTls ? DnsTransport.Tls : DnsTransport.Tcp, time.GetUtcNow());
        return new FaultyStreamSession(new DnsStreamSession(responder, transfers, limits, origin), responder, faults, origin);
    }

    /// <inheritdoc/>
    protected override ValueTask OnEventAsync(DnsStreamEvent sessionEvent, SessionTurn<FaultyStreamSession> turn)
    {
        if (sessionEvent.Kind == DnsStreamEventKind.TransferWaits)
        {
            turn.Port.TryPost(static (later, _) => later.Session.WriteTransfer(later.Output, later.Now), this);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override ValueTask OnEndAsync(SessionTurn<FaultyStreamSession> turn, ConnectionEnd end)
    {
        turn.Session.Dispose();
        return ValueTask.CompletedTask;
    }
}
