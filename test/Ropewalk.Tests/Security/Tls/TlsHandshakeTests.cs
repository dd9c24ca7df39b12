using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Ropewalk.Diagnostics;
using Ropewalk.Security.Tls;
using Ropewalk.Testing;
using Ropewalk.Transports;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Tests.Security.Tls;

public sealed class TlsHandshakeTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\u0016\u0003\u0001\u0002")]
    public async Task A_slow_handshake_is_ended_by_the_clock(string beginning)
    {
        var time = new VirtualTime();
        TlsServerOptions options = TestCertificates.Server();
        options.TimeProvider = time;
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        Task upgrading = server.UpgradeToTlsAsync(options).AsTask();
        if (beginning.Length > 0)
        {
            await client.WriteTextAsync(beginning);
        }

        while (time.ArmedTimers == 0)
        {
            await Task.Yield();
        }

        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(upgrading.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        TlsException failure = await Assert.ThrowsAsync<TlsException>(() => upgrading.WaitAsync(TlsPair.Patience));
        Assert.Equal(TlsFailure.TimedOut, failure.Failure);
        ConnectionEnd end = server.Features.GetRequiredFeature<IConnectionEndFeature>().End;
        Assert.Equal(ConnectionEndReason.HandshakeFailed, end.Reason);
        Assert.Contains("10 s", end.Detail, StringComparison.Ordinal);
        Assert.Equal(0, time.ArmedTimers);
    }

    [Fact]
    public async Task Plain_text_on_a_tls_port_is_named()
    {
        TlsException failure = await FailAsync(client => client.WriteTextAsync("GET / HTTP/1.1\r\n\r\n"));
        Assert.Equal(TlsFailure.NotTls, failure.Failure);
        Assert.Contains("\"GET / HT\"", failure.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorSide.Remote, failure.Side);
    }

    [Fact]
    public async Task A_peer_that_goes_away_is_named()
    {
        TlsException closed = await FailAsync(client => client.Transport.Output.CompleteAsync().AsTask());
        Assert.Equal(TlsFailure.PeerClosed, closed.Failure);
        Assert.Contains("before it sent anything", closed.Message, StringComparison.Ordinal);
        TlsException reset = await FailAsync(client =>
        {
            client.Abort();
            return Task.CompletedTask;
        });
        Assert.Equal(TlsFailure.PeerClosed, reset.Failure);
        Assert.Contains("reset", reset.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Garbage_in_a_record_fails_the_handshake()
    {
        TlsException failure = await FailAsync(client => client.WriteTextAsync("\u0016\u0003\u0001\u0000\u0005hello"));
        Assert.Equal(ErrorSide.Remote, failure.Side);
    }

    [Fact]
    public async Task A_certificate_from_nowhere_is_refused_and_both_sides_say_why()
    {
        var options = new TlsClientOptions { TargetName = "localhost" };
        (TlsException client, Exception server) = await FailBothAsync(TestCertificates.Server(), options);
        Assert.Equal(TlsFailure.CertificateRefused, client.Failure);
        Assert.Matches("no trusted authority signed it|its issuer is unknown", client.Message);
        Assert.True(server is TlsException or ConnectionResetException or EndOfStreamException, server.ToString());
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused()
    {
        TlsClientOptions options = TestCertificates.Client();
        options.TargetName = "elsewhere.example";
        (TlsException client, _) = await FailBothAsync(TestCertificates.Server(), options);
        Assert.Equal(TlsFailure.CertificateRefused, client.Failure);
        Assert.Contains("it is for another name", client.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Anyone_is_trusted_only_by_an_ugly_name()
    {
        var options = new TlsClientOptions { TargetName = "elsewhere.example", DangerouslyTrustAnyone = true };
        (ConnectionContext client, _) = await TlsPair.CreateAsync(client: options);
        Assert.NotNull(client.Features.Get<ITlsConnectionFeature>());
    }

    [Theory]
    [InlineData(TlsVersion.Tls12, true)]
    [InlineData(TlsVersion.Tls13, false)]
    public async Task Versions_below_the_minimum_are_refused(TlsVersion minimum, bool isServed)
    {
        TlsServerOptions options = TestCertificates.Server();
        options.MinimumVersion = minimum;
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        Task accepting = server.UpgradeToTlsAsync(options).AsTask();
        using var old = new SslStream(new TransportStream(client.Transport));
        Task connecting = old.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.Tls12,
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
        });
        if (isServed)
        {
            await Task.WhenAll(accepting, connecting).WaitAsync(TlsPair.Patience);
            return;
        }

        await Assert.ThrowsAsync<TlsException>(() => accepting.WaitAsync(TlsPair.Patience));
        await Assert.ThrowsAsync<AuthenticationException>(() => connecting.WaitAsync(TlsPair.Patience));
    }

    [Fact]
    public async Task Alpn_without_a_common_name_fails()
    {
        (TlsException client, Exception server) = await FailBothAsync(TestCertificates.Server("imap"), TestCertificates.Client("h2"));
        Assert.Contains("alert", client.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(TlsFailure.PeerAlert, client.Failure);
        Assert.IsType<TlsException>(server);
    }

    public sealed class ClientCertificates
    {
        [Theory]
        [InlineData(TlsClientCertificates.Request, true)]
        [InlineData(TlsClientCertificates.Require, true)]
        [InlineData(TlsClientCertificates.None, false)]
        public async Task One_from_the_authority_is_seen(TlsClientCertificates mode, bool isSeen)
        {
            TlsClientOptions client = TestCertificates.Client();
            using X509Certificate2 own = TestCertificates.Make(["alice"], isClient: true);
            client.ClientCertificate = CertificateStore.FromCertificate(own);
            (_, ConnectionContext server) = await TlsPair.CreateAsync(Asking(mode), client);
            Assert.Equal(isSeen ? own.Thumbprint : null, server.Features.GetRequiredFeature<ITlsConnectionFeature>().ClientCertificate?.Thumbprint);
        }

        [Fact]
        public async Task None_is_served_when_requested_and_refused_when_required()
        {
            (_, ConnectionContext server) = await TlsPair.CreateAsync(Asking(TlsClientCertificates.Request));
            Assert.Null(server.Features.GetRequiredFeature<ITlsConnectionFeature>().ClientCertificate);
            TlsException refused = await RefusedAsync(Asking(TlsClientCertificates.Require), TestCertificates.Client());
            Assert.Contains("the client showed no certificate", refused.Message, StringComparison.Ordinal);
        }

        [Theory]
        [InlineData(TlsClientCertificates.Request)]
        [InlineData(TlsClientCertificates.Require)]
        public async Task One_from_another_authority_is_refused(TlsClientCertificates mode)
        {
            TlsServerOptions server = Asking(mode);
            server.ClientAuthorities = [new DevelopmentCertificate(new TemporaryFolder().Path).GetOrCreate()];
            TlsClientOptions client = TestCertificates.Client();
            client.ClientCertificate = CertificateStore.FromCertificate(TestCertificates.Make(["mallory"], isClient: true));
            TlsException refused = await RefusedAsync(server, client);
            Assert.Contains("the client's certificate is not good", refused.Message, StringComparison.Ordinal);
        }

        [Fact]
        public async Task Whoever_made_one_it_is_seen_where_any_is_taken()
        {
            TlsServerOptions options = TestCertificates.Server();
            options.ClientCertificates = TlsClientCertificates.RequestAny;
            TlsClientOptions client = TestCertificates.Client();
            using X509Certificate2 own = new DevelopmentCertificate(new TemporaryFolder().Path).GetOrCreate();
            client.ClientCertificate = CertificateStore.FromCertificate(own);
            (_, ConnectionContext server) = await TlsPair.CreateAsync(options, client);
            Assert.Equal(own.Thumbprint, server.Features.GetRequiredFeature<ITlsConnectionFeature>().ClientCertificate?.Thumbprint);
            (_, server) = await TlsPair.CreateAsync(options);
            Assert.Null(server.Features.GetRequiredFeature<ITlsConnectionFeature>().ClientCertificate);
            options.ClientAuthorities = TestCertificates.Authorities;
            Assert.Contains("ClientAuthorities: without effect", Assert.ThrowsAny<Exception>(options.Validate).Message, StringComparison.Ordinal);
        }

        [Fact]
        public async Task One_that_a_validator_refuses_is_refused()
        {
            TlsServerOptions server = Asking(TlsClientCertificates.Require);
            server.ClientCertificateValidator = (certificate, _, _) => certificate.Subject != "CN=bob";
            TlsClientOptions client = TestCertificates.Client();
            client.ClientCertificate = CertificateStore.FromCertificate(TestCertificates.Make(["bob"], isClient: true));
            await RefusedAsync(server, client);
        }

        private static TlsServerOptions Asking(TlsClientCertificates mode)
        {
            TlsServerOptions options = TestCertificates.Server();
            options.ClientCertificates = mode;
            options.ClientAuthorities = mode == TlsClientCertificates.None ? null : TestCertificates.Authorities;
            return options;
        }

        // in TLS 1.3 a client has finished before the server judges its certificate
        private static async Task<TlsException> RefusedAsync(TlsServerOptions server, TlsClientOptions client)
        {
            (ConnectionContext clientEnd, ConnectionContext serverEnd) = MemoryTransport.CreatePair();
            Task accepting = serverEnd.UpgradeToTlsAsync(server).AsTask();
            Task connecting = clientEnd.UpgradeToTlsAsync(client).AsTask();
            TlsException refused = await Assert.ThrowsAsync<TlsException>(() => accepting.WaitAsync(TlsPair.Patience));
            Assert.Equal(TlsFailure.CertificateRefused, refused.Failure);
            await serverEnd.DisposeAsync();
            await connecting.ContinueWith(static _ => { }, TaskScheduler.Default);
            return refused;
        }
    }

    private static async Task<TlsException> FailAsync(Func<ConnectionContext, Task> act)
    {
        (ConnectionContext client, ConnectionContext server) = MemoryTransport.CreatePair();
        Task upgrading = server.UpgradeToTlsAsync(TestCertificates.Server()).AsTask();
        await act(client);
        TlsException failure = await Assert.ThrowsAsync<TlsException>(() => upgrading.WaitAsync(TlsPair.Patience));
        // a reset is the transport's to tell, and first
        Assert.Equal(
            failure.Message.Contains("reset", StringComparison.Ordinal) ? ConnectionEndReason.PeerReset : ConnectionEndReason.HandshakeFailed,
            server.Features.GetRequiredFeature<IConnectionEndFeature>().End.Reason);
        return failure;
    }

    private static async Task<(TlsException Client, Exception Server)> FailBothAsync(TlsServerOptions server, TlsClientOptions client)
    {
        (ConnectionContext clientEnd, ConnectionContext serverEnd) = MemoryTransport.CreatePair();
        Task accepting = EndAfterAsync(serverEnd.UpgradeToTlsAsync(server).AsTask(), serverEnd);
        Task connecting = EndAfterAsync(clientEnd.UpgradeToTlsAsync(client).AsTask(), clientEnd);
        TlsException ofClient = await Assert.ThrowsAsync<TlsException>(() => connecting.WaitAsync(TlsPair.Patience));
        // TLS 1.3: the server may have finished when the client refuses; it learns at its first read
        Exception ofServer = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await accepting.WaitAsync(TlsPair.Patience);
            await serverEnd.Transport.Input.ReadAsync().AsTask().WaitAsync(TlsPair.Patience);
            throw new EndOfStreamException();
        });
        return (ofClient, ofServer);
    }

    private static async Task EndAfterAsync(Task handshake, ConnectionContext connection)
    {
        try
        {
            await handshake;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
