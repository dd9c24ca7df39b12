using System.Globalization;
using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Diagnostics;
using Ropewalk.Dns.Session;
using Ropewalk.Dns.Wire;
using Ropewalk.Sessions;
using Ropewalk.Transports;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Server;

/// <summary>
/// Serves DNS on streams: on <c>tcp:53</c>, and on <c>tls:853</c> with the option <c>alpn=dot</c> as DNS over TLS. It answers in the client's own words only: what a connection may take is in
/// <see cref="DnsStreamLimits"/>. <b>Spec</b>: RFC 7766; RFC 7858 §3.
/// </summary>
/// <remarks><b>Call</b>: <see cref="DnsConnectionExtensions.UseDnsStream(IConnectionBuilder, DnsStreamHandler)"/> puts it, with its limits on connections, at the end of a pipeline.</remarks>
public sealed class DnsStreamHandler : SessionHandler<DnsStreamSession, DnsStreamEvent>
{
    private readonly IMessageResponder _responder;
    private readonly ITransferSource? _transfers;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    // Strangers cause them.
    private readonly LogGate _refusals;
    private readonly LogGate _cuts;

    /// <summary>Creates the handler.</summary>
    /// <param name="responder">Answers messages.</param>
    /// <param name="transfers">Begins transfers; null where there are none.</param>
    /// <param name="limits">The bounds; null for the defaults.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <param name="loggerFactory">Where the log goes; null for nowhere.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A limit is wrong.</exception>
    public DnsStreamHandler(IMessageResponder responder, ITransferSource? transfers = null, DnsStreamLimits? limits = null, TimeProvider? timeProvider = null, ILoggerFactory? loggerFactory = null)
        : base(OptionsOf(limits ??= new DnsStreamLimits(), timeProvider ?? TimeProvider.System))
    {
        ArgumentNullException.ThrowIfNull(responder);
        _responder = responder;
        _transfers = transfers;
        _time = timeProvider ?? TimeProvider.System;
        _log = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger(DnsServerLog.Category);
        _refusals = new LogGate(_time);
        _cuts = new LogGate(_time);
        Limits = limits;
    }

    /// <summary>Gets the bounds.</summary>
    public DnsStreamLimits Limits { get; }

    /// <inheritdoc/>
    protected override DnsStreamSession CreateSession(ConnectionContext connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        PeerAddress peer = connection.RemoteEndPoint is IPEndPoint address ? new PeerAddress(address) : default;
        bool isTls = connection.Features.Get<ITlsHandshakeFeature>() is { Protocol: not SslProtocols.None };
        return new DnsStreamSession(_responder, _transfers, Limits, new MessageOrigin(peer, isTls ? DnsTransport.Tls : DnsTransport.Tcp, _time.GetUtcNow()));
    }

    /// <inheritdoc/>
    protected override ValueTask OnEventAsync(DnsStreamEvent sessionEvent, SessionTurn<DnsStreamSession> turn)
    {
        ArgumentNullException.ThrowIfNull(turn);
        switch (sessionEvent)
        {
            case { Kind: DnsStreamEventKind.TransferWaits }:
                // A turn later: what has been written is sent first, as fast as the client takes it, and its questions are heard between.
                turn.Port.TryPost(static (later, _) => later.Session.WriteTransfer(later.Output, later.Now), this);
                break;
            case { Kind: DnsStreamEventKind.TransferBegun, Transfer: { } transfer } when _log.IsEnabled(LogLevel.Information):
                DnsServerLog.TransferBegun(_log, transfer.Zone, transfer.Serial, PeerOf(turn), transfer.Type.Mnemonic(), KeyOf(transfer.KeyName));
                break;
            case { Kind: DnsStreamEventKind.TransferComplete, Transfer: { } transfer } when _log.IsEnabled(LogLevel.Information):
                DnsServerLog.TransferComplete(
                    _log, transfer.Zone, transfer.Serial, PeerOf(turn), transfer.Type.Mnemonic(), KeyOf(transfer.KeyName), transfer.RecordCount, transfer.ByteCount,
                    sessionEvent.Took.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture));
                break;
            case { Kind: DnsStreamEventKind.TransferRefused, Refused: { } refused } when _log.IsEnabled(LogLevel.Warning) && _refusals.TryPass(out long keptBack):
                DnsServerLog.TransferRefused(
                    _log, PeerOf(turn), refused.Zone, sessionEvent.ResponseCode.TsigMnemonic(), refused.Reason.Describe(), refused.Type.Mnemonic(), KeyOf(refused.KeyName), LogGate.Describe(keptBack));
                break;
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override ValueTask OnEndAsync(SessionTurn<DnsStreamSession> turn, ConnectionEnd end)
    {
        ArgumentNullException.ThrowIfNull(turn);
        if (turn.Session.TransferCount > 0 && _log.IsEnabled(LogLevel.Warning))
        {
            foreach (ITransfer transfer in turn.Session.Transfers)
            {
                if (!_cuts.TryPass(out _))
                {
                    break;
                }

                DnsServerLog.TransferCut(_log, transfer.Zone, transfer.Serial, PeerOf(turn), transfer.RecordCount, transfer.Type.Mnemonic(), KeyOf(transfer.KeyName), end.ToString());
            }
        }
        else if (end is { Side: ErrorSide.Remote, Reason: ConnectionEndReason.ProtocolViolation or ConnectionEndReason.LimitExceeded } && _log.IsEnabled(LogLevel.Debug))
        {
            DnsServerLog.StreamBroken(_log, PeerOf(turn), end.ToString());
        }

        turn.Session.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string PeerOf(SessionTurn<DnsStreamSession> turn) => turn.Connection.RemoteEndPoint?.ToString() ?? "-";

    // Names print without control characters, and with 1,004 characters at most.
    private static string KeyOf(DomainName? name) => name is null ? "no key" : $"key {name}";

    private static SessionOptions OptionsOf(DnsStreamLimits limits, TimeProvider time)
    {
        limits.Validate();
        return new SessionOptions { TimeProvider = time, FlushTimeout = limits.SendTimeout };
    }
}
