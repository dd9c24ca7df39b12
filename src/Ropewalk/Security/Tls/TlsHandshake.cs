using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Security.Tls;

/// <summary>Runs handshakes: their time limit, their end reason, and words for what went wrong.</summary>
internal static class TlsHandshake
{
    private const byte HandshakeRecord = 22;
    private const byte AlertRecord = 21;

    public static Task AcceptAsync(TlsTransport tls, TlsServerSettings settings, ConnectionContext connection, CancellationToken cancellationToken) =>
        RunAsync(tls, connection, settings.TimeProvider, settings.HandshakeTimeout, settings, cancellationToken);

    public static Task ConnectAsync(TlsTransport tls, TlsClientSettings settings, ConnectionContext connection, CancellationToken cancellationToken) =>
        RunAsync(tls, connection, settings.TimeProvider, settings.HandshakeTimeout, settings, cancellationToken);

    /// <summary>Refuses plain text that came behind the request for TLS. Gives the go-ahead, if it has not been flushed, only after that look.</summary>
    /// <remarks>
    /// A peer that asked for TLS must wait for the go-ahead (RFC 3207 §4, RFC 9051 §6.2.1). What is buffered before it was sent was put there
    /// by somebody who wants it taken for encrypted. After it, the first byte a server may see is a ClientHello; a client may see nothing.
    /// </remarks>
    public static async ValueTask RefusePlaintextAsync(ConnectionContext connection, bool isServer, CancellationToken cancellationToken)
    {
        PipeReader input = connection.Transport.Input;
        PipeWriter output = connection.Transport.Output;
        bool goAheadWaits = output.CanGetUnflushedBytes && output.UnflushedBytes > 0;

        // a cancelled read returns at once and shows what was examined already
        input.CancelPendingRead();
        ReadResult read = await input.ReadAsync(cancellationToken);
        long buffered = read.Buffer.Length;
        bool isRefused = buffered > 0 && (!isServer || goAheadWaits || !LooksLikeHandshake(read.Buffer));
        input.AdvanceTo(read.Buffer.Start);
        if (isRefused)
        {
            var error = new TlsException(
                TlsFailure.PlaintextBuffered,
                $"The peer had sent {buffered} bytes of plain text behind the request for TLS; they are refused, and the connection with them.",
                ErrorSide.Remote,
                "RFC 3207 §4.2");
            SetEnd(connection, error);

            // an orderly end would send what waits to be flushed, and that is the go-ahead
            connection.Abort(new ConnectionAbortedException(error.Message));
            throw error;
        }

        if (goAheadWaits)
        {
            await output.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Words for a record that could not be read.</summary>
    public static TlsException OfRecord(Exception exception) => exception as TlsException
        ?? new TlsException(TlsFailure.BadRecord, $"A TLS record from the peer could not be read: {Words(exception)}", ErrorSide.Remote, "RFC 8446 §5.2", exception);

    private static Task AuthenticateAsync(TlsTransport tls, object settings, CancellationToken cancellationToken)
    {
        if (settings is TlsClientSettings client)
        {
            return tls.Ssl.AuthenticateAsClientAsync(client.Authentication, cancellationToken);
        }

        var server = (TlsServerSettings)settings;
        if (server.Certificates.Certificates.Count == 1)
        {
            return tls.Ssl.AuthenticateAsServerAsync(server.For(server.Certificates.Find(null)!), cancellationToken);
        }

        return tls.Ssl.AuthenticateAsServerAsync(
            static (_, hello, state, _) =>
            {
                var settings = (TlsServerSettings)state!;
                ServerCertificate certificate = settings.Certificates.Find(hello.ServerName)
                    ?? throw new TlsException(TlsFailure.NoCertificate, $"There is no certificate for the name \"{hello.ServerName}\".", ErrorSide.Local);
                return new ValueTask<SslServerAuthenticationOptions>(settings.For(certificate));
            },
            server,
            cancellationToken);
    }

    private static async Task RunAsync(
        TlsTransport tls, ConnectionContext connection, TimeProvider time, TimeSpan timeout, object settings, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, TransportTurn.Timers(connection.Features.Get<ITransportTurnFeature>(), time));
        using CancellationTokenRegistration link = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), deadline);
        string role = settings is TlsClientSettings ? "client" : "server";
        using Activity? activity = EngineActivity.Start("ropewalk.tls.handshake", settings is TlsClientSettings ? ActivityKind.Client : ActivityKind.Server);
        long started = time.GetTimestamp();
        try
        {
            OpenSslMemory.ReleaseIdleBuffers();
            await AuthenticateAsync(tls, settings, deadline.Token);
            tls.Stream.Corked = true;
            EngineMeter.Handshake(time.GetElapsedTime(started), role, VersionOf(tls.Ssl.SslProtocol));
        }
        catch (Exception exception)
        {
            tls.Ssl.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            TlsException error = Explain(tls, exception, deadline.IsCancellationRequested, timeout);
            EngineMeter.Handshake(time.GetElapsedTime(started), role, null, EngineMeter.SnakeCase(error.Failure.ToString()));
            activity?.SetStatus(ActivityStatusCode.Error, error.Failure.ToString());
            SetEnd(connection, error);
            throw error;
        }
    }

    private static string? VersionOf(SslProtocols protocol) => protocol switch
    {
        SslProtocols.Tls13 => "1.3",
        SslProtocols.Tls12 => "1.2",
        _ => null,
    };

    private static void SetEnd(ConnectionContext connection, TlsException error) =>
        connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(new ConnectionEnd(ConnectionEndReason.HandshakeFailed, error.Side, error.Message));

    private static TlsException Explain(TlsTransport tls, Exception exception, bool timedOut, TimeSpan timeout)
    {
        byte[] head = tls.Stream.Head;
        if (timedOut)
        {
            return new TlsException(
                TlsFailure.TimedOut,
                $"The TLS handshake was not done within {timeout.TotalSeconds:0.###} s; the peer had sent {(head.Length == 0 ? "nothing" : "a part of it")}.",
                ErrorSide.Remote,
                innerException: exception);
        }

        if (exception is TlsException own)
        {
            return own;
        }

        if (tls.Ssl.Refusal is { } refusal)
        {
            return new TlsException(TlsFailure.CertificateRefused, $"The TLS handshake was refused: {refusal}.", ErrorSide.Remote, innerException: exception);
        }

        if (head.Length > 0 && head[0] is not (HandshakeRecord or AlertRecord))
        {
            return new TlsException(TlsFailure.NotTls, $"The peer does not speak TLS: it began with {Show(head)}.", ErrorSide.Remote, "RFC 8446 §5.1", exception);
        }

        if (tls.Stream.Failure is not null || (tls.Stream.Ended && exception is IOException))
        {
            string how = tls.Stream.Failure is null ? "closed" : "reset";
            return new TlsException(
                TlsFailure.PeerClosed,
                $"The peer {how} the connection during the TLS handshake, {(head.Length == 0 ? "before it sent anything" : "after it had begun")}.",
                ErrorSide.Remote,
                innerException: exception);
        }

        string words = Words(exception);
        bool isAlert = words.Contains("alert", StringComparison.OrdinalIgnoreCase);
        return new TlsException(
            isAlert ? TlsFailure.PeerAlert : TlsFailure.HandshakeFailed,
            $"The TLS handshake failed: {words}",
            exception is AuthenticationException or IOException ? ErrorSide.Remote : ErrorSide.Local,
            innerException: exception);
    }

    // the innermost words are OpenSSL's or SChannel's own, and the only ones that say what happened
    private static string Words(Exception exception)
    {
        string outer = exception.Message;
        Exception innermost = exception.GetBaseException();
        return innermost == exception || outer.Contains(innermost.Message, StringComparison.Ordinal) ? outer : $"{outer} ({innermost.Message})";
    }

    private static bool LooksLikeHandshake(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> start = stackalloc byte[2];
        int count = (int)Math.Min(2, buffer.Length);
        buffer.Slice(0, count).CopyTo(start);
        return start[0] == HandshakeRecord && (count == 1 || start[1] == 3);
    }

    private static string Show(byte[] head)
    {
        bool isText = head.All(b => b is >= 0x20 and < 0x7f or (byte)'\r' or (byte)'\n');
        return isText ? $"\"{Encoding.ASCII.GetString(head).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"" : Convert.ToHexString(head);
    }
}
