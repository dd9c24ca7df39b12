using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Framing;
using Ropewalk.Transports;
using Ropewalk.WebSockets.Wire;

namespace Ropewalk.WebSockets;

/// <summary>Runs opening handshakes: their time limit, their answers, and the end reason of what fails.</summary>
internal static class WebSocketHandshake
{
    /// <summary>Reads a client's request and answers it.</summary>
    /// <returns>The layer; null if the request was refused, with the answer sent and the end recorded.</returns>
    public static async ValueTask<WebSocketTransport?> AcceptAsync(ConnectionContext connection, WebSocketServerOptions options, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = Deadline(connection, options);
        using CancellationTokenRegistration link = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        WebSocketRequest? request;
        HandshakeRefusal? refusal;
        try
        {
            (request, refusal) = await ReadRequestAsync(connection.Transport.Input, deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            EndLate(connection, options);
            return null;
        }

        refusal ??= request is null ? null : CheckPolicy(request, options);
        if (refusal is not null)
        {
            await RefuseAsync(connection, refusal, deadline.Token);
            return null;
        }

        if (request is null)
        {
            // a health check that only connects is no violation
            return null;
        }

        WebSocketSubprotocol? chosen = Choose(request, options);
        HandshakeEncoder.EncodeAccept(request.Key, chosen?.Name, connection.Transport.Output);
        try
        {
            await connection.Transport.Output.FlushAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            // a client that does not read the answer holds the connection no longer than one that does not ask
            cancellationToken.ThrowIfCancellationRequested();
            EndLate(connection, options);
            return null;
        }

        return new WebSocketTransport(connection, connection.Transport, connection.Features.Get<IOutboundQueueFeature>(), options, request, chosen);
    }

    /// <summary>Asks a server and reads its answer.</summary>
    /// <exception cref="WebSocketHandshakeException">The server did not open a WebSocket. The connection's end reason says so.</exception>
    public static async ValueTask<WebSocketTransport> ConnectAsync(ConnectionContext connection, WebSocketClientOptions options, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = Deadline(connection, options);
        using CancellationTokenRegistration link = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        WebSocketRequest request = MakeRequest(options);
        try
        {
            HandshakeEncoder.EncodeRequest(request, connection.Transport.Output);
            await connection.Transport.Output.FlushAsync(deadline.Token);
            string? protocol = await ReadResponseAsync(connection.Transport.Input, request, deadline.Token);
            WebSocketSubprotocol? chosen = options.Subprotocols.FirstOrDefault(offered => offered.Name == protocol);
            return new WebSocketTransport(connection, connection.Transport, connection.Features.Get<IOutboundQueueFeature>(), options, request, chosen);
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Fail(connection, $"no answer in {options.HandshakeTimeout.TotalSeconds:0.###} s", exception);
        }
        catch (WebSocketHandshakeException exception)
        {
            SetEnd(connection, new ConnectionEnd(ConnectionEndReason.HandshakeFailed, exception.Side, exception.Message));
            throw;
        }
        catch (IOException exception)
        {
            throw Fail(connection, "the server ended the connection", exception);
        }
    }

    /// <summary>Decides about a request that is well-formed: its path and the page it comes from.</summary>
    public static HandshakeRefusal? CheckPolicy(WebSocketRequest request, WebSocketServerOptions options)
    {
        if (options.Path is not null && request.Path != options.Path)
        {
            return new HandshakeRefusal(404, "There is no WebSocket at this path.");
        }

        // RFC 6455 §10.2: 403 for a page from which nobody may connect
        return WebSocketOrigin.IsAllowed(request.Origin, request.Host, [.. options.Origins])
            ? null
            : new HandshakeRefusal(403, "Pages of this origin may not connect.");
    }

    /// <summary>Chooses the client's best subprotocol; null where there is none in common.</summary>
    public static WebSocketSubprotocol? Choose(WebSocketRequest request, WebSocketServerOptions options)
    {
        // IRCv3 WebSocket: the client's order of preference counts
        foreach (string offered in request.Protocols)
        {
            if (options.Subprotocols.FirstOrDefault(known => known.Name == offered) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static CancellationTokenSource Deadline(ConnectionContext connection, WebSocketOptions options) =>
        new(options.HandshakeTimeout, TransportTurn.Timers(connection.Features.Get<ITransportTurnFeature>(), options.TimeProvider));

    private static WebSocketRequest MakeRequest(WebSocketClientOptions options)
    {
        byte[] nonce = new byte[WebSocketKey.NonceBytes];
        for (int i = 0; i < nonce.Length; i += sizeof(uint))
        {
            BitConverter.TryWriteBytes(nonce.AsSpan(i), options.Randomness());
        }

        int question = options.Path!.IndexOf('?');
        return new WebSocketRequest(
            question < 0 ? options.Path : options.Path[..question],
            question < 0 ? "" : options.Path[(question + 1)..],
            options.Host,
            options.Origin,
            WebSocketKey.Format(nonce),
            [.. options.Subprotocols.Select(offered => offered.Name)]);
    }

    private static async ValueTask<(WebSocketRequest? Request, HandshakeRefusal? Refusal)> ReadRequestAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken);
            DecodeStatus status = Decode(read.Buffer, out WebSocketRequest? request, out HandshakeRefusal? refusal, out SequencePosition consumed);
            input.AdvanceTo(consumed, status == DecodeStatus.NeedMore ? read.Buffer.End : consumed);
            if (status != DecodeStatus.NeedMore || read.IsCompleted)
            {
                return (request, refusal);
            }
        }
    }

    private static DecodeStatus Decode(in ReadOnlySequence<byte> buffer, out WebSocketRequest? request, out HandshakeRefusal? refusal, out SequencePosition consumed)
    {
        var reader = new SequenceReader<byte>(buffer);
        DecodeStatus status = HandshakeRequestDecoder.Decode(ref reader, out request, out refusal);
        consumed = reader.Position;
        return status;
    }

    private static async ValueTask<string?> ReadResponseAsync(PipeReader input, WebSocketRequest request, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken);
            DecodeStatus status = Decode(read.Buffer, request, out string? protocol, out string? fault, out SequencePosition consumed);
            input.AdvanceTo(consumed, status == DecodeStatus.NeedMore ? read.Buffer.End : consumed);
            if (status == DecodeStatus.Frame)
            {
                return protocol;
            }

            if (status == DecodeStatus.Violation || read.IsCompleted)
            {
                throw new WebSocketHandshakeException($"The WebSocket handshake failed: {fault ?? "the server ended the connection"}.", ErrorSide.Remote);
            }
        }
    }

    private static DecodeStatus Decode(in ReadOnlySequence<byte> buffer, WebSocketRequest request, out string? protocol, out string? fault, out SequencePosition consumed)
    {
        var reader = new SequenceReader<byte>(buffer);
        DecodeStatus status = HandshakeResponseDecoder.Decode(ref reader, request, out protocol, out fault);
        consumed = reader.Position;
        return status;
    }

    private static async ValueTask RefuseAsync(ConnectionContext connection, HandshakeRefusal refusal, CancellationToken deadline)
    {
        SetEnd(connection, new ConnectionEnd(
            refusal.Status is 400 or 431 ? ConnectionEndReason.ProtocolViolation : ConnectionEndReason.Refused, ErrorSide.Remote, $"WebSocket: answered {refusal.Status} {refusal.Phrase}"));
        HandshakeEncoder.EncodeRefusal(refusal, connection.Transport.Output);
        try
        {
            await connection.Transport.Output.FlushAsync(deadline);
            await connection.Transport.Output.CompleteAsync();
        }
        catch (OperationCanceledException)
        {
            connection.Abort(new ConnectionAbortedException("The refusal was not read."));
        }
    }

    private static void EndLate(ConnectionContext connection, WebSocketOptions options)
    {
        string detail = $"no WebSocket handshake in {options.HandshakeTimeout.TotalSeconds:0.###} s";
        SetEnd(connection, new ConnectionEnd(ConnectionEndReason.TimedOut, ErrorSide.Remote, detail));
        connection.Abort(new ConnectionAbortedException(detail));
    }

    private static WebSocketHandshakeException Fail(ConnectionContext connection, string what, Exception inner)
    {
        var failure = new WebSocketHandshakeException($"The WebSocket handshake failed: {what}.", ErrorSide.Remote, inner);
        SetEnd(connection, new ConnectionEnd(ConnectionEndReason.HandshakeFailed, ErrorSide.Remote, failure.Message));
        return failure;
    }

    private static void SetEnd(ConnectionContext connection, ConnectionEnd end) => connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(end);
}
