namespace Ropewalk.WebSockets.Wire;

/// <summary>Decides from whose pages a browser may connect. <b>Spec</b>: RFC 6455 §10.2, RFC 6454 §7.</summary>
internal static class WebSocketOrigin
{
    /// <summary>Tells whether a text is something that <see cref="IsAllowed"/> can compare with: <c>*</c>, a host, or <c>https://host[:port]</c>.</summary>
    public static bool IsItem(string item) =>
        item == "*" || (item.Length > 0 && !HostOf(item).IsEmpty && !item.AsSpan().ContainsAny(" \t,?#@\\") && !item.EndsWith('/'));

    /// <summary>Decides.</summary>
    /// <param name="origin">What the browser says; null is no browser, which could say anything.</param>
    /// <param name="host">The <c>Host</c> of the request.</param>
    /// <param name="allowed">Who may; empty for pages of the same host alone.</param>
    public static bool IsAllowed(string? origin, string host, IReadOnlyCollection<string> allowed)
    {
        if (origin is null)
        {
            return true;
        }

        if (allowed.Count > 0)
        {
            return allowed.Any(item => item == "*" || string.Equals(item, origin, StringComparison.OrdinalIgnoreCase)
                || (!item.Contains("://", StringComparison.Ordinal) && HostOf(origin).Equals(item, StringComparison.OrdinalIgnoreCase)));
        }

        // ports are left out: a cookie that would be stolen has none either (RFC 6265 §8.5)
        ReadOnlySpan<char> from = HostOf(origin);
        return !from.IsEmpty && origin.Contains("://", StringComparison.Ordinal) && from.Equals(HostOf(host), StringComparison.OrdinalIgnoreCase);
    }

    private static ReadOnlySpan<char> HostOf(ReadOnlySpan<char> origin)
    {
        int scheme = origin.IndexOf("://");
        ReadOnlySpan<char> authority = scheme < 0 ? origin : origin[(scheme + 3)..];
        int end = authority.StartsWith("[") ? authority.IndexOf(']') + 1 : authority.IndexOf(':');
        return end <= 0 && authority.StartsWith(":") ? default : end <= 0 ? authority : authority[..end];
    }
}
