using Ropewalk.Endpoints;
using Ropewalk.Hosting;

namespace Ropewalk.Dns.Server;

/// <summary>Adds DNS servers to a host: to a program's, and in the same words to one inside a test.</summary>
public static class DnsBuilderExtensions
{
    /// <summary>Answers questions at an endpoint. The service is named <c>dns</c>.</summary>
    /// <param name="builder">The host's Ropewalk.</param>
    /// <param name="endpoint">Where: <c>53</c> and <c>127.0.0.1:5300</c> are both UDP and TCP, <c>udp:53</c> and <c>tcp:53</c> one of them, <c>tls:853:cert=dns.pem</c> DNS over TLS.</param>
    /// <param name="options">What is served, and how. The clock, the log and the network are the host's.</param>
    public static RopewalkBuilder ListenDns(this RopewalkBuilder builder, string endpoint, DnsServerOptions options) => AddDnsServer(builder, "dns", options, endpoint);

    /// <summary>Adds a DNS server. Calling it again adds another.</summary>
    /// <param name="builder">The host's Ropewalk.</param>
    /// <param name="name">The name in logs, metrics and on the status page.</param>
    /// <param name="options">What is served, and how. The clock, the log and the network are the host's.</param>
    /// <param name="endpoints">Where, as <see cref="ListenDns"/> has it. They are read when the host starts.</param>
    public static RopewalkBuilder AddDnsServer(this RopewalkBuilder builder, string name, DnsServerOptions options, params string[] endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return builder.AddService(name, DnsServiceKind.Shared, options, [.. endpoints.SelectMany(Complete)]);
    }

    // what cannot be parsed is told by the host, with all its other errors
    private static IEnumerable<string> Complete(string endpoint) =>
        EndpointSpec.TryParse(endpoint, null, out EndpointSpec? spec) ? DnsEndpoints.Complete(spec).Select(one => one.ToUnredactedString()) : [endpoint];
}
