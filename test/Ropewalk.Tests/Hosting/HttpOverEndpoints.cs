using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Security.Tls;

namespace Ropewalk.Tests.Hosting;

/// <summary>HTTP clients that connect through the engine, or to a loopback port with TLS of their own.</summary>
internal static class HttpOverEndpoints
{
    /// <summary>Makes a client whose connections go to an endpoint.</summary>
    public static HttpClient Create(EndpointContext context, string endpoint) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            ConnectionContext connection = await context.ConnectAsync(EndpointSpec.Parse(endpoint), cancellationToken);
            return new TransportStream(connection.Transport);
        },
    })
    {
        BaseAddress = new Uri("http://example.test/"),
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>Makes a client that speaks TLS to a port and takes any certificate, which it shows to <paramref name="seen"/>.</summary>
    public static HttpClient CreateTls(IPEndPoint port, Version version, Action<string>? seen = null) => new(new SocketsHttpHandler
    {
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                seen?.Invoke(certificate!.Subject);
                return true;
            },
        },
    })
    {
        BaseAddress = new Uri($"https://localhost:{port.Port}/"),
        DefaultRequestVersion = version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(30),
    };
}
