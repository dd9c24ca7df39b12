using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Framing;
using Ropewalk.Security.Tls;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ropewalk.Tests.Proofs;

/// <summary>A body of 1 GiB after STARTTLS, with commands pipelined behind it, through a session, in at most 1 MiB of memory for both ends.</summary>
[Collection(nameof(ProofCollection))]
public sealed class UploadProof
{
    private const long BodyBytes = 1024L * 1024 * 1024;

    [Fact]
    public async Task A_gibibyte_after_STARTTLS_is_never_held()
    {
        using X509Certificate2 certificate = SelfSigned();
        TlsServerOptions serverOptions = new() { Certificates = CertificateStore.FromCertificate(certificate) };
        TlsClientOptions clientOptions = new() { TargetName = "localhost", DangerouslyTrustAnyone = true };
        IConnectionListener listener = await StreamTransports.Listeners.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        await using IConnectionListener owned = listener;
        UploadHandler handler = new(serverOptions);

        await UploadAsync(listener, handler, clientOptions, 32 * 1024 * 1024);
        handler.BeginMeasuring();
        string answer = await UploadAsync(listener, handler, clientOptions, BodyBytes);

        Assert.Equal($"220 go ahead\r\n250 {BodyBytes} bytes, sum {Sum(BodyBytes)}\r\n250 noop\r\n221 bye\r\n", answer);
        TestContext.Current.TestOutputHelper?.WriteLine($"at most {handler.MostBytes / 1024} KiB more than before, over {handler.Measured} full collections");
        Assert.True(handler.Measured >= 8);
        Assert.InRange(handler.MostBytes, long.MinValue, 1024 * 1024);
    }

    private static async Task<string> UploadAsync(IConnectionListener listener, UploadHandler handler, TlsClientOptions options, long bodyBytes)
    {
        ValueTask<ConnectionContext?> accepting = listener.AcceptAsync();
        await using ConnectionContext client = await StreamTransports.Connections.ConnectAsync(listener.EndPoint);
        Task serving = ServeAsync((await accepting)!, handler);
        await client.Transport.Output.WriteAsync("STARTTLS\r\n"u8.ToArray());
        StringBuilder answer = new(await ReadAsync(client, "220 go ahead\r\n".Length));
        await client.UpgradeToTlsAsync(options);

        PipeWriter output = client.Transport.Output;
        output.Write(Encoding.ASCII.GetBytes($"PUT {bodyBytes}\r\n"));
        byte[] piece = new byte[64 * 1024];
        for (int i = 0; i < piece.Length; i++)
        {
            piece[i] = (byte)i;
        }

        for (long sent = 0; sent < bodyBytes; sent += piece.Length)
        {
            await output.WriteAsync(piece);
        }

        await output.WriteAsync("NOOP\r\nQUIT\r\n"u8.ToArray());
        answer.Append(await ReadAsync(client, int.MaxValue));
        output.Complete();
        await serving;
        return answer.ToString();
    }

    private static async Task ServeAsync(ConnectionContext connection, UploadHandler handler)
    {
        await using ConnectionContext owned = connection;
        await handler.OnConnectedAsync(connection);
    }

    private static async Task<string> ReadAsync(ConnectionContext connection, int length)
    {
        StringBuilder text = new();
        while (text.Length < length)
        {
            ReadResult result = await connection.Transport.Input.ReadAsync();
            text.Append(Encoding.ASCII.GetString(result.Buffer));
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        return text.ToString();
    }

    private static ulong Sum(long bytes) => (ulong)(bytes / 256) * (255 * 128);

    private static X509Certificate2 SelfSigned()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    private sealed class UploadHandler(TlsServerOptions options) : SessionHandler<UploadSession, long>
    {
        private long? _before;

        public long MostBytes { get; private set; } = long.MinValue;

        public int Measured { get; private set; }

        public void BeginMeasuring() => _before = GC.GetTotalMemory(forceFullCollection: true);

        protected override UploadSession CreateSession(ConnectionContext connection) => new();

        protected override async ValueTask UpgradeAsync(SessionTurn<UploadSession> turn) => await turn.Connection.UpgradeToTlsAsync(options);

        protected override ValueTask OnEventAsync(long sessionEvent, SessionTurn<UploadSession> turn)
        {
            if (_before is { } before)
            {
                Measured++;
                MostBytes = Math.Max(MostBytes, GC.GetTotalMemory(forceFullCollection: true) - before);
            }

            return ValueTask.CompletedTask;
        }
    }

    /// <summary>STARTTLS, PUT n and n bytes, NOOP, QUIT. Tells how far it is each 64 MiB.</summary>
    private sealed class UploadSession : ISession<long>
    {
        private const long TellEach = 64 * 1024 * 1024;

        private readonly LineDecoder _lines = new(100);
        private readonly BodyDecoder _body = new(64 * 1024);
        private readonly Queue<long> _told = new();
        private long _size;
        private long _taken;
        private ulong _sum;

        public TimeSpan? NextDeadline => null;

        public SessionStatus Receive(ref SequenceReader<byte> input, IBufferWriter<byte> output, TimeSpan now)
        {
            while (true)
            {
                if (_body.RemainingBytes > 0)
                {
                    if (_body.Decode(ref input, out BodyChunk chunk) != DecodeStatus.Frame)
                    {
                        return SessionStatus.NeedMore;
                    }

                    Take(chunk, output);
                    if (_told.Count > 0)
                    {
                        return SessionStatus.NeedMore;
                    }

                    continue;
                }

                if (_lines.Decode(ref input, out ReadOnlySequence<byte> line) != DecodeStatus.Frame)
                {
                    return SessionStatus.NeedMore;
                }

                if (Obey(Encoding.ASCII.GetString(line), output) is { } status)
                {
                    return status;
                }
            }
        }

        public SessionStatus ReceiveEnd(IBufferWriter<byte> output, TimeSpan now) => SessionStatus.Closed;

        public SessionStatus OnDeadline(IBufferWriter<byte> output, TimeSpan now) => SessionStatus.NeedMore;

        public SessionStatus RequestStop(IBufferWriter<byte> output, TimeSpan now) => SessionStatus.Closed;

        public bool TryTakeEvent(out long sessionEvent) => _told.TryDequeue(out sessionEvent);

        private SessionStatus? Obey(string line, IBufferWriter<byte> output)
        {
            switch (line.Split(' '))
            {
                case ["STARTTLS"]:
                    output.Write("220 go ahead\r\n"u8);
                    return SessionStatus.Upgrade;
                case ["PUT", string size]:
                    _size = long.Parse(size, CultureInfo.InvariantCulture);
                    _body.Begin(_size);
                    return null;
                case ["NOOP"]:
                    output.Write("250 noop\r\n"u8);
                    return null;
                case ["QUIT"]:
                    output.Write("221 bye\r\n"u8);
                    return SessionStatus.Closed;
                default:
                    output.Write("500 what?\r\n"u8);
                    return SessionStatus.ClosedBy(new ConnectionEnd(ConnectionEndReason.ProtocolViolation, ErrorSide.Remote, line));
            }
        }

        private void Take(in BodyChunk chunk, IBufferWriter<byte> output)
        {
            long before = _taken;
            foreach (ReadOnlyMemory<byte> piece in chunk.Bytes)
            {
                ulong sum = 0;
                foreach (byte b in piece.Span)
                {
                    sum += b;
                }

                _sum += sum;
                _taken += piece.Length;
            }

            if (before / TellEach != _taken / TellEach)
            {
                _told.Enqueue(_taken);
            }

            if (chunk.IsLast)
            {
                output.Write(Encoding.ASCII.GetBytes($"250 {_size} bytes, sum {_sum}\r\n"));
            }
        }
    }
}
