using Ropewalk.Endpoints;

namespace Ropewalk.Hosting;

/// <summary>
/// Tells which part of an endpoint string is the socket and which is the front before it: two endpoints of one identity can share a socket,
/// now or across a reload.
/// </summary>
internal static class EndpointIdentity
{
    /// <summary>Gets the identity of an endpoint's socket.</summary>
    public static string Of(EndpointSpec spec)
    {
        EndpointSpec socket = Innermost(spec);
        if (!IsTcp(socket))
        {
            return spec.ToUnredactedString();
        }

        string keys = string.Concat(socket.Keys.Where(key => EndpointSyntax.Tcp.FindKey(key.Name) is not null).Select(key => $":{key.Name}={key.Value}"));
        return $"tcp:{socket.Host ?? "*"}:{socket.Port}{keys}";
    }

    /// <summary>Gets whether the system chooses the port, so that equal endpoints are different sockets.</summary>
    public static bool IsChosenBySystem(EndpointSpec spec) => Innermost(spec).Port == 0;

    /// <summary>Gets whether the endpoint's front can be made anew on the socket that it has.</summary>
    public static bool CanChangeFront(EndpointSpec spec) => IsTcp(Innermost(spec));

    /// <summary>Gets whether two endpoints may be in each other's way: the one must let go before the other can be bound.</summary>
    public static bool MayConflict(EndpointSpec left, EndpointSpec right)
    {
        EndpointSpec a = Innermost(left);
        EndpointSpec b = Innermost(right);
        return IsDatagram(left) == IsDatagram(right) && (a.Port is > 0 ? a.Port == b.Port : a.Path.Length > 0 && a.Path == b.Path);
    }

    /// <summary>Gets whether an endpoint takes datagrams.</summary>
    public static bool IsDatagram(EndpointSpec spec) => spec.Scheme == EndpointSyntax.Udp.Name || (spec.Scheme is "fd" or "systemd" && spec.Has(EndpointSyntax.Udp.Name));

    private static bool IsTcp(EndpointSpec spec) => spec.Port is not null && spec.Scheme is "tcp" or "tls" or "ws" or "wss";

    private static EndpointSpec Innermost(EndpointSpec spec)
    {
        while (spec.Inner is { } inner)
        {
            spec = inner;
        }

        return spec;
    }
}
