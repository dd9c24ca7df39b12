using Ropewalk.Endpoints.ProxyProtocol;
using Ropewalk.Transports.Datagrams;
using Ropewalk.WebSockets;

namespace Ropewalk.Endpoints;

/// <summary>Declares what an endpoint string of one scheme may say.</summary>
/// <param name="Name">The scheme: lower case, letters and digits and <c>-</c>, beginning with a letter.</param>
/// <param name="Shape">What stands before the keys.</param>
/// <param name="Keys">The keys it takes; any other is an error.</param>
public sealed record EndpointSyntax(string Name, EndpointShape Shape, IReadOnlyList<EndpointKey> Keys)
{
    /// <summary>Gets the syntax of <c>tcp:</c>.</summary>
    public static EndpointSyntax Tcp { get; } = new("tcp", EndpointShape.HostPort, []);

    /// <summary>Gets the syntax of <c>udp:</c>.</summary>
    public static EndpointSyntax Udp { get; } = new(
        "udp",
        EndpointShape.HostPort,
        [
            EndpointKey.Number("workers", 1, DatagramPortOptions.MaxWorkers),
            EndpointKey.Number("rcvbuf", DatagramPortOptions.MinBufferBytes, DatagramPortOptions.MaxBufferBytes, "bytes"),
            EndpointKey.Number("sndbuf", DatagramPortOptions.MinBufferBytes, DatagramPortOptions.MaxBufferBytes, "bytes"),
        ]);

    /// <summary>Gets the syntax of <c>tls:</c>.</summary>
    public static EndpointSyntax Tls { get; } = new(
        "tls",
        EndpointShape.HostPort,
        [
            new EndpointKey("cert", "a PEM file with the certificate and its chain"),
            new EndpointKey("key", "a PEM file with the private key"),
            new EndpointKey("pfx", "a PFX (PKCS #12) file with certificate and private key"),
            new EndpointKey("password", "the password of the private key or the PFX file") { IsSecret = true },
            new EndpointKey("certs", "a folder of certificates, chosen by the name that the client asks for (SNI)"),
            EndpointKey.Choice("client", "none", "request", "require", "any"),
            new EndpointKey("ca", "a PEM file with the authorities that client certificates must come from"),
            new EndpointKey("alpn", "protocol names separated by commas, as h2,http/1.1") { IsValid = IsAlpnList },
            EndpointKey.Choice("min", "1.2", "1.3"),
            new EndpointKey("name", "the name that the server's certificate must have (SNI)"),
            new EndpointKey("trust", "a PEM file with the authorities that the server's certificate must come from"),
            EndpointKey.Flag("dev", "the development certificate"),
        ]);

    /// <summary>Gets the syntax of <c>unix:</c>.</summary>
    public static EndpointSyntax Unix { get; } = new(
        "unix",
        EndpointShape.Path,
        [new EndpointKey("mode", "three octal digits, as 660") { IsValid = IsOctalMode }]);

    /// <summary>Gets the syntax of <c>fd:</c>.</summary>
    public static EndpointSyntax FileDescriptor { get; } = new("fd", EndpointShape.Number, [EndpointKey.Flag("udp", "it is a UDP socket")]);

    /// <summary>Gets the syntax of <c>systemd:</c>.</summary>
    public static EndpointSyntax Systemd { get; } = new(
        "systemd",
        EndpointShape.OptionalPath,
        [EndpointKey.Flag("udp", "the UDP sockets of the name"), EndpointKey.Flag("tcp", "the stream sockets of the name")]);

    /// <summary>Gets the syntax of <c>stdio:</c>.</summary>
    public static EndpointSyntax Stdio { get; } = new("stdio", EndpointShape.Nothing, []);

    /// <summary>Gets the syntax of <c>mem:</c>.</summary>
    public static EndpointSyntax Memory { get; } = new("mem", EndpointShape.Path, []);

    /// <summary>Gets the syntax of <c>proxy:</c>.</summary>
    public static EndpointSyntax Proxy { get; } = new(
        "proxy",
        EndpointShape.Nothing,
        [
            new EndpointKey("trust", "addresses or networks separated by commas, as 10.0.0.0/8,fd00\\:\\:/8; unix for local sockets") { IsValid = IsTrustList },
            EndpointKey.Choice("version", "1", "2"),
            EndpointKey.Duration("timeout", "how long the header may take"),
            new EndpointKey("then", "the endpoint behind, with each of its colons written \\:") { IsRequired = true, IsInner = true },
        ]);

    /// <summary>Gets the syntax of <c>ws:</c>.</summary>
    public static EndpointSyntax WebSocket { get; } = new("ws", EndpointShape.HostPort, WebSocketEndpointOptions.Keys);

    /// <summary>Gets the syntax of <c>wss:</c>: the keys of <c>ws:</c> and those of <c>tls:</c>.</summary>
    public static EndpointSyntax SecureWebSocket { get; } = new("wss", EndpointShape.HostPort, [.. WebSocketEndpointOptions.Keys, .. Tls.Keys]);

    /// <summary>Gets the syntaxes that every registry begins with.</summary>
    public static IReadOnlyList<EndpointSyntax> BuiltIn { get; } = [Tcp, Udp, Tls, Unix, FileDescriptor, Systemd, Stdio, Memory, Proxy, WebSocket, SecureWebSocket];

    /// <summary>Finds a key by its name, or null.</summary>
    public EndpointKey? FindKey(ReadOnlySpan<char> name)
    {
        foreach (EndpointKey key in Keys)
        {
            if (name.SequenceEqual(key.Name))
            {
                return key;
            }
        }

        return null;
    }

    internal string DescribeKeys() =>
        Keys.Count == 0 ? $"{Name}: takes no keys" : "allowed: " + string.Join(", ", Keys.Select(key => key.IsFlag ? key.Name : key.Name + "="));

    private static bool IsOctalMode(string value) => value.Length == 3 && value.All(c => c is >= '0' and <= '7');

    // RFC 7301 §3.1: a protocol name is 1 to 255 bytes
    private static bool IsAlpnList(string value) => value.Split(',').All(name => name.Length is >= 1 and <= 255 && name.All(c => c is > ' ' and < '\x7f'));

    private static bool IsTrustList(string value) =>
        value.Split(',').All(TrustedSenders.IsItem);
}
