using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Ropewalk.Security.Tls;
using Ropewalk.Transports;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Tests.Security.Tls;

public sealed class TlsUpgradeTests
{
    [Fact]
    public async Task Starttls_talks_in_the_clear_and_then_encrypted()
    {
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        Task serving = ServeAsync(server, TestCertificates.Server());
        Assert.Equal("220 ready\r\n", await client.ReadTextAsync(11));
        await client.WriteTextAsync("STARTTLS\r\n");
        Assert.Equal("220 go ahead\r\n", await client.ReadTextAsync(14));
        await client.UpgradeToTlsAsync(TestCertificates.Client()).AsTask().WaitAsync(TlsPair.Patience);
        await client.WriteTextAsync("EHLO a\r\n");
        Assert.Equal("250 EHLO a\r\n", await client.ReadTextAsync(12));
        await client.DisposeAsync();
        await serving.WaitAsync(TlsPair.Patience);
    }

    // CVE-2011-0411 and its many successors: what an attacker puts behind STARTTLS must never be taken for what came encrypted
    [Theory]
    [InlineData("STARTTLS\r\nRSET\r\nMAIL FROM:<mallory@example.org>\r\n")]
    [InlineData("STARTTLS\r\n\u0016\u0003\u0001 looks like a record")]
    public async Task Commands_injected_behind_starttls_are_refused_before_the_go_ahead(string attack)
    {
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        Task serving = ServeAsync(server, TestCertificates.Server());
        Assert.Equal("220 ready\r\n", await client.ReadTextAsync(11));
        await client.WriteTextAsync(attack);
        TlsException refused = await Assert.ThrowsAsync<TlsException>(() => serving.WaitAsync(TlsPair.Patience));
        Assert.Equal(TlsFailure.PlaintextBuffered, refused.Failure);
        Assert.Equal("RFC 3207 §4.2", refused.SpecSection);
        Assert.Equal(ConnectionEndReason.HandshakeFailed, server.Features.GetRequiredFeature<IConnectionEndFeature>().End.Reason);
    }

    [Fact]
    public async Task Injected_commands_are_refused_when_the_go_ahead_was_sent_already()
    {
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        await client.WriteTextAsync("STARTTLS\r\nRSET\r\n");
        await TakeLineAsync(server);
        await server.WriteTextAsync("220 go ahead\r\n");
        TlsException refused = await Assert.ThrowsAsync<TlsException>(async () => await server.UpgradeToTlsAsync(TestCertificates.Server()));
        Assert.Equal(TlsFailure.PlaintextBuffered, refused.Failure);
    }

    [Fact]
    public async Task Injected_commands_that_were_looked_at_already_are_seen_all_the_same()
    {
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        await client.WriteTextAsync("STARTTLS\r\nRSET\r\n");
        ReadResult read = await server.Transport.Input.ReadAtLeastAsync(16);
        server.Transport.Input.AdvanceTo(read.Buffer.GetPosition(10), read.Buffer.End);
        TlsException refused = await Assert.ThrowsAsync<TlsException>(async () => await server.UpgradeToTlsAsync(TestCertificates.Server()));
        Assert.Equal(TlsFailure.PlaintextBuffered, refused.Failure);
    }

    [Fact]
    public async Task A_clients_hello_sent_right_behind_the_go_ahead_is_taken()
    {
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        Task connecting = client.UpgradeToTlsAsync(TestCertificates.Client()).AsTask();
        ReadResult read = await server.Transport.Input.ReadAsync();
        server.Transport.Input.AdvanceTo(read.Buffer.Start);
        await server.UpgradeToTlsAsync(TestCertificates.Server()).AsTask().WaitAsync(TlsPair.Patience);
        await connecting.WaitAsync(TlsPair.Patience);
    }

    [Fact]
    public async Task A_response_injected_behind_the_go_ahead_is_refused_by_the_client()
    {
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        await server.WriteTextAsync("220 go ahead\r\n250 welcome, authenticated\r\n");
        await TakeLineAsync(client);
        TlsException refused = await Assert.ThrowsAsync<TlsException>(async () => await client.UpgradeToTlsAsync(TestCertificates.Client()));
        Assert.Equal(TlsFailure.PlaintextBuffered, refused.Failure);
    }

    [Fact]
    public async Task The_features_tell_of_the_handshake()
    {
        (ConnectionContext client, ConnectionContext server) = await TlsPair.CreateAsync(TestCertificates.Server("smtp", "h2"), TestCertificates.Client("h2"));
        Assert.Equal("h2", Encoding.ASCII.GetString(server.Features.GetRequiredFeature<ITlsApplicationProtocolFeature>().ApplicationProtocol.Span));
        Assert.Equal("h2", Encoding.ASCII.GetString(client.Features.GetRequiredFeature<ITlsApplicationProtocolFeature>().ApplicationProtocol.Span));
        ITlsHandshakeFeature handshake = server.Features.GetRequiredFeature<ITlsHandshakeFeature>();
        Assert.Equal(System.Security.Authentication.SslProtocols.Tls13, handshake.Protocol);
        Assert.NotNull(handshake.NegotiatedCipherSuite);
        Assert.Equal("localhost", handshake.HostName);
        Assert.Null(server.Features.GetRequiredFeature<ITlsConnectionFeature>().ClientCertificate);
        Assert.NotNull(server.Features.Get<Microsoft.AspNetCore.Server.Kestrel.Core.Features.ISslStreamFeature>());
        Assert.NotNull(server.Features.Get<ITlsCloseFeature>());
        Assert.NotNull(server.Features.Get<IHalfCloseFeature>());
    }

    private static async Task ServeAsync(ConnectionContext connection, TlsServerOptions options)
    {
        await connection.WriteTextAsync("220 ready\r\n");
        await TakeLineAsync(connection);
        connection.Transport.Output.Write("220 go ahead\r\n"u8);
        await connection.UpgradeToTlsAsync(options);
        await connection.WriteTextAsync($"250 {await connection.ReadTextAsync(8)}");
        await connection.DisposeAsync();
    }

    private static async Task TakeLineAsync(ConnectionContext connection)
    {
        ReadResult read = await connection.Transport.Input.ReadAtLeastAsync(10);
        SequencePosition end = read.Buffer.GetPosition(1, read.Buffer.PositionOf((byte)'\n')!.Value);
        connection.Transport.Input.AdvanceTo(end);
    }
}
