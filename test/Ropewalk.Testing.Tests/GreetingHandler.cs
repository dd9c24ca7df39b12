using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Security.Tls;
using Ropewalk.Sessions;

namespace Ropewalk.Testing.Tests;

/// <summary>Serves <see cref="GreetingSession"/>, with real TLS behind its UPGRADE.</summary>
internal sealed class GreetingHandler(SessionOptions? options = null) : SessionHandler<GreetingSession, string>(options)
{
    private static readonly Lazy<X509Certificate2> Certificate = new(() =>
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=greeting", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    });

    public static TlsServerOptions ServerTls => new() { Certificates = CertificateStore.FromCertificate(Certificate.Value) };

    public static TlsClientOptions ClientTls => new() { TargetName = "greeting", DangerouslyTrustAnyone = true };

    protected override TlsServerOptions? UpgradeOptions => ServerTls;

    protected override GreetingSession CreateSession(ConnectionContext connection) => new();

    protected override ValueTask OnEventAsync(string sessionEvent, SessionTurn<GreetingSession> turn)
    {
        turn.Session.Answer($"{sessionEvent}? 7", turn.Output);
        return ValueTask.CompletedTask;
    }
}
