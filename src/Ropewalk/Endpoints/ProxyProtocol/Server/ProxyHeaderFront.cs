using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints.ProxyProtocol.Wire;
using Ropewalk.Framing;
using Ropewalk.Transports;

namespace Ropewalk.Endpoints.ProxyProtocol.Server;

/// <summary>
/// Reads the PROXY header before the application, or TLS, sees the connection; gives the connection the addresses that it tells; and leaves
/// what stands behind it to be read.
/// </summary>
internal sealed class ProxyHeaderFront
{
    private readonly EndpointSpec _spec;
    private readonly TrustedSenders _trusted;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _refusals;

    public ProxyHeaderFront(EndpointSpec spec, TrustedSenders trusted, TimeSpan timeout, EndpointContext context)
    {
        _spec = spec;
        _trusted = trusted;
        _timeout = timeout;
        _time = context.TimeProvider;
        _logger = context.LoggerFactory.CreateLogger("Ropewalk.Endpoints");
    }

    public ConnectionDelegate Wrap(ConnectionDelegate next) => connection => ServeAsync(connection, next);

    private async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        // PROXY protocol §2: whoever may send a header may choose its address: only those who are named may
        if (!_trusted.Contains(connection.RemoteEndPoint))
        {
            Refuse(connection);
            return;
        }

        ProxyHeader? header = await ReadHeaderAsync(connection);
        if (header is null)
        {
            return;
        }

        connection.Features.Set<IProxyHeaderFeature>(new ProxyHeaderFeature(header, connection.RemoteEndPoint, connection.LocalEndPoint));
        if (header.Command == ProxyCommand.Proxy)
        {
            connection.RemoteEndPoint = header.Source ?? connection.RemoteEndPoint;
            connection.LocalEndPoint = header.Destination ?? connection.LocalEndPoint;
        }

        await next(connection);
    }

    private void Refuse(ConnectionContext connection)
    {
        string sender = connection.RemoteEndPoint?.ToString() ?? "a sender without address";
        if (Interlocked.Increment(ref _refusals) == 1)
        {
            // once: a wrong trust= is seen, a flood is only counted
            EndpointLog.UntrustedSender(_logger, sender, _spec);
        }

        End(connection, new ConnectionEnd(ConnectionEndReason.Refused, ErrorSide.Remote, $"{sender} is not trusted to send PROXY headers"));
    }

    private async ValueTask<ProxyHeader?> ReadHeaderAsync(ConnectionContext connection)
    {
        var decoder = new ProxyHeaderDecoder();
        PipeReader input = connection.Transport.Input;
        using var deadline = new CancellationTokenSource(_timeout, _time);
        while (true)
        {
            ReadResult read;
            try
            {
                read = await input.ReadAsync(deadline.Token);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                End(connection, new ConnectionEnd(ConnectionEndReason.TimedOut, ErrorSide.Remote, $"no PROXY header in {_timeout}"));
                return null;
            }

            DecodeStatus status = Decode(decoder, read.Buffer, out ProxyHeader? header, out SequencePosition consumed);
            input.AdvanceTo(consumed, status == DecodeStatus.NeedMore ? read.Buffer.End : consumed);
            if (status == DecodeStatus.Frame)
            {
                return header;
            }

            if (status == DecodeStatus.Violation || read.IsCompleted)
            {
                EndBroken(connection, status, decoder, read.Buffer.IsEmpty);
                return null;
            }
        }
    }

    private static DecodeStatus Decode(ProxyHeaderDecoder decoder, ReadOnlySequence<byte> buffer, out ProxyHeader? header, out SequencePosition consumed)
    {
        var reader = new SequenceReader<byte>(buffer);
        DecodeStatus status = decoder.Decode(ref reader, out header);
        consumed = reader.Position;
        return status;
    }

    private static void EndBroken(ConnectionContext connection, DecodeStatus status, ProxyHeaderDecoder decoder, bool isEmpty)
    {
        // a health check that only connects is no violation
        if (status == DecodeStatus.NeedMore && isEmpty)
        {
            return;
        }

        string what = status == DecodeStatus.Violation ? decoder.Violation.Rule : "PROXY header: the connection ended inside it";
        End(connection, new ConnectionEnd(ConnectionEndReason.ProtocolViolation, ErrorSide.Remote, what));
    }

    private static void End(ConnectionContext connection, ConnectionEnd end)
    {
        connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(end);
        connection.Abort(new ConnectionAbortedException(end.Detail!));
    }
}
