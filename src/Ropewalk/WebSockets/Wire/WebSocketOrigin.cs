using System.Globalization;

namespace Ropewalk.WebSockets.Wire;

/// <summary>Decides from whose pages a browser may connect. <b>Spec</b>: RFC 6455 §10.2, RFC 6454 §7.</summary>
internal static class WebSocketOrigin
{
    /// <summary>Tells whether a text is something that <see cref="IsAllowed"/> can compare with: <c>*</c>, a host without a port, or <c>https://host[:port]</c>.</summary>
    public static bool IsItem(string item) =>
        item == "*" || (TryRead(item, out ReadOnlySpan<char> scheme, out _, out int? port) && (!scheme.IsEmpty || port is null) && !item.AsSpan().ContainsAny(" \t,?#@\\"));

    /// <summary>Decides.</summary>
    /// <param name="origin">What the browser says; null is no browser, which could say anything.</param>
    /// <param name="host">The <c>Host</c> of the request.</param>
    /// <param name="allowed">Who may; empty for pages of the same host and port alone.</param>
    public static bool IsAllowed(string? origin, string host, IReadOnlyCollection<string> allowed)
    {
        if (origin is null)
        {
            return true;
        }

        return allowed.Count > 0 ? allowed.Any(item => Fits(origin, item)) : IsSame(origin, host);
    }

    private static bool Fits(string origin, string item)
    {
        if (item == "*")
        {
            return true;
        }

        if (!TryRead(origin, out ReadOnlySpan<char> scheme, out ReadOnlySpan<char> from, out int? port) || scheme.IsEmpty || !TryRead(item, out ReadOnlySpan<char> itemScheme, out ReadOnlySpan<char> to, out int? itemPort))
        {
            // an origin that is opaque ("null") has no host; who wants it allows all
            return false;
        }

        // a listed host may have any port: who lists it trusts it
        return from.Equals(to, StringComparison.OrdinalIgnoreCase)
            && (itemScheme.IsEmpty ? itemPort is null : scheme.Equals(itemScheme, StringComparison.OrdinalIgnoreCase) && PortOf(scheme, port) == PortOf(itemScheme, itemPort));
    }

    // RFC 6454 §4: an origin is a scheme, a host and a port. Host does not say the scheme: TLS may have ended before. Where it says no port, it is the origin's default one.
    private static bool IsSame(string origin, string host) =>
        TryRead(origin, out ReadOnlySpan<char> scheme, out ReadOnlySpan<char> from, out int? port) && !scheme.IsEmpty
        && TryRead(host, out ReadOnlySpan<char> none, out ReadOnlySpan<char> to, out int? toPort) && none.IsEmpty
        && from.Equals(to, StringComparison.OrdinalIgnoreCase)
        && PortOf(scheme, port) is { } fromPort && fromPort == (toPort ?? PortOf(scheme, null));

    private static int? PortOf(ReadOnlySpan<char> scheme, int? port) =>
        port ?? (scheme.Equals("https", StringComparison.OrdinalIgnoreCase) ? 443 : scheme.Equals("http", StringComparison.OrdinalIgnoreCase) ? 80 : null);

    // [scheme "://"] host [":" port], the host of an IPv6 address with its brackets
    private static bool TryRead(ReadOnlySpan<char> text, out ReadOnlySpan<char> scheme, out ReadOnlySpan<char> host, out int? port)
    {
        int end = text.IndexOf("://");
        scheme = end < 0 ? default : text[..end];
        ReadOnlySpan<char> authority = end < 0 ? text : text[(end + 3)..];
        int hostEnd = authority.StartsWith("[") ? authority.IndexOf(']') + 1 : authority.IndexOf(':');
        host = hostEnd < 0 ? authority : authority[..hostEnd];
        ReadOnlySpan<char> rest = authority[host.Length..];
        port = null;
        if (end == 0 || host.IsEmpty || host.Contains('/'))
        {
            return false;
        }

        if (rest.IsEmpty)
        {
            return true;
        }

        bool isPort = ushort.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) && rest[0] == ':';
        port = number;
        return isPort;
    }
}
