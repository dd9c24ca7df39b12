using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.Security.Tls;
using Ropewalk.Testing;
using Ropewalk.Transports;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Tests.Security.Tls;

public sealed class TlsCloseTests
{
    [Fact]
    public async Task Close_notify_ends_one_direction_and_the_other_goes_on()
    {
        (ConnectionContext client, ConnectionContext server) = await TlsPair.CreateAsync();
        await client.WriteTextAsync("question");
        await client.Features.GetRequiredFeature<IHalfCloseFeature>().EndOutputAsync();
        await AnswerAsync(server);
        Assert.Equal(1000, (await client.ReadToEndAsync()).Length);
        Assert.True(client.Features.GetRequiredFeature<ITlsCloseFeature>().CloseNotifyReceived);
    }

    [Fact]
    public async Task In_tls_1_2_too()
    {
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        Task accepting = server.UpgradeToTlsAsync(TestCertificates.Server()).AsTask();
        using var old = new SslStream(new TransportStream(client.Transport));
        await old.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.Tls12,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
        await accepting.WaitAsync(TlsPair.Patience);
        await old.WriteAsync("question"u8.ToArray());
        await old.ShutdownAsync();
        await AnswerAsync(server);
        byte[] answer = new byte[1001];
        Assert.Equal(1000, await old.ReadAtLeastAsync(answer, 1001, throwOnEndOfStream: false));
    }

    [Fact]
    public async Task An_end_without_close_notify_is_told_apart()
    {
        // under TLS the client simply ends: what an attacker does who cuts off the rest
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        IDuplexPipe below = client.Transport;
        Task accepting = server.UpgradeToTlsAsync(TestCertificates.Server()).AsTask();
        await client.UpgradeToTlsAsync(TestCertificates.Client());
        await accepting;
        await client.WriteTextAsync("pay 100");
        below.Output.Complete();
        Assert.Equal("pay 100", await server.ReadToEndAsync());
        Assert.True(server.Features.GetRequiredFeature<ITlsCloseFeature>().Truncated);
        Assert.False(server.Features.GetRequiredFeature<ITlsCloseFeature>().CloseNotifyReceived);
        await server.WriteTextAsync("still open this way");
    }

    [Fact]
    public async Task An_end_in_the_middle_of_a_record_is_told_apart()
    {
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        IDuplexPipe below = client.Transport;
        Task accepting = server.UpgradeToTlsAsync(TestCertificates.Server()).AsTask();
        await client.UpgradeToTlsAsync(TestCertificates.Client());
        await accepting;
        below.Output.Write(new byte[] { 23, 3, 3, 0, 100, 1, 2, 3 });
        await below.Output.FlushAsync();
        below.Output.Complete();
        Assert.Equal("", await server.ReadToEndAsync());
        Assert.True(server.Features.GetRequiredFeature<ITlsCloseFeature>().Truncated);
    }

    [Fact]
    public async Task An_end_without_close_notify_fails_where_that_is_required()
    {
        TlsServerOptions options = TestCertificates.Server();
        options.RequireCloseNotify = true;
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        IDuplexPipe below = client.Transport;
        Task accepting = server.UpgradeToTlsAsync(options).AsTask();
        await client.UpgradeToTlsAsync(TestCertificates.Client());
        await accepting;
        below.Output.Complete();
        TlsException truncated = await Assert.ThrowsAsync<TlsException>(async () => await server.ReadToEndAsync());
        Assert.Equal(TlsFailure.Truncated, truncated.Failure);
        Assert.Equal(ConnectionEndReason.ProtocolViolation, server.Features.GetRequiredFeature<IConnectionEndFeature>().End.Reason);
    }

    [Fact]
    public async Task A_forged_record_fails_reading()
    {
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        IDuplexPipe below = client.Transport;
        Task accepting = server.UpgradeToTlsAsync(TestCertificates.Server()).AsTask();
        await client.UpgradeToTlsAsync(TestCertificates.Client());
        await accepting;
        below.Output.Write(new byte[] { 23, 3, 3, 0, 24 });
        below.Output.Write(new byte[24]);
        await below.Output.FlushAsync();
        TlsException bad = await Assert.ThrowsAsync<TlsException>(async () => await server.ReadToEndAsync());
        Assert.Equal(TlsFailure.BadRecord, bad.Failure);
        Assert.Equal(ConnectionEndReason.ProtocolViolation, server.Features.GetRequiredFeature<IConnectionEndFeature>().End.Reason);
    }

    [Fact]
    public async Task A_peer_that_does_not_take_the_last_bytes_is_given_ten_seconds()
    {
        var time = new VirtualTime();
        TlsServerOptions options = TestCertificates.Server();
        options.TimeProvider = time;
        (_, ConnectionContext server) = await TlsPair.CreateAsync(options);
        _ = server.Transport.Output.WriteAsync(new byte[4 * 1024 * 1024]).AsTask();
        Task disposing = server.DisposeAsync().AsTask();
        while (time.ArmedTimers == 0)
        {
            await Task.Yield();
        }

        Assert.False(disposing.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(10));
        await disposing.WaitAsync(TlsPair.Patience);
        Assert.Equal(ConnectionEndReason.TimedOut, server.Features.GetRequiredFeature<IConnectionEndFeature>().End.Reason);
    }

    [Fact]
    public async Task Small_pieces_share_records()
    {
        (ConnectionContext client, ConnectionContext server) = await TlsPair.CreateAsync();
        long before = server.Features.GetRequiredFeature<IConnectionCountersFeature>().SentBytes;
        IOutboundQueueFeature queue = server.Features.GetRequiredFeature<IOutboundQueueFeature>();
        SharedBytes line = SharedBytes.Own("a line of text\r\n"u8.ToArray());
        for (int i = 0; i < 1000; i++)
        {
            Assert.True(queue.TryEnqueue(line));
        }

        server.Transport.Output.Complete();
        Assert.Equal(16_000, (await client.ReadToEndAsync()).Length);
        long sent = server.Features.GetRequiredFeature<IConnectionCountersFeature>().SentBytes - before;
        // one record each would cost 22 bytes more per line
        Assert.InRange(sent, 16_000, 16_000 + (1000 * 22 / 2));
    }

    private static async Task AnswerAsync(ConnectionContext server)
    {
        Assert.Equal("question", await server.ReadToEndAsync());
        ITlsCloseFeature close = server.Features.GetRequiredFeature<ITlsCloseFeature>();
        Assert.True(close.CloseNotifyReceived);
        Assert.False(close.Truncated);
        Assert.False(close.CloseNotifySent);
        for (int i = 0; i < 100; i++)
        {
            await server.WriteTextAsync("0123456789");
        }

        server.Transport.Output.Complete();
        Assert.True(close.CloseNotifySent);
    }
}
