using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Ropewalk.Endpoints;

/// <summary>Parses the host of an endpoint string to its canonical form: an address, or a name in lower case.</summary>
internal static class EndpointHost
{
    public const string Allowed = "a host name, an IPv4 address, an IPv6 address in brackets, or * for all addresses";

    // RFC 1035 §2.3.4
    private const int MaxNameLength = 253;
    private const int MaxLabelLength = 63;

    /// <summary>Parses a host without brackets; an address of either family or a name.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out string? host) =>
        text.Contains(':') ? TryParseIPv6(text, out host) : TryParseIPv4(text, out host) || TryParseName(text, out host);

    public static bool TryParseIPv6(string text, [NotNullWhen(true)] out string? host)
    {
        host = null;
        int percent = text.IndexOf('%');
        string scope = percent < 0 ? "" : text[(percent + 1)..];
        string literal = percent < 0 ? text : text[..percent];

        // RFC 4007 §11: the zone is the system's own word for an interface; it is looked up when the address is used
        bool isScope = percent < 0 || (scope.Length is > 0 and <= 32 && scope.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));
        if (!isScope || literal.Contains('[') || !IPAddress.TryParse(literal, out IPAddress? address) || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        host = percent < 0 ? address.ToString() : $"{address}%{scope}";
        return true;
    }

    // four decimal numbers and nothing else: IPAddress.TryParse also takes 1, 0x7f.1 and 010.0.0.1
    private static bool TryParseIPv4(string text, [NotNullWhen(true)] out string? host)
    {
        host = null;
        string[] parts = text.Split('.');
        bool isDotted = parts.Length == 4 && parts.All(part => part.Length is >= 1 and <= 3 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0'));
        if (!isDotted || !IPAddress.TryParse(text, out IPAddress? address))
        {
            return false;
        }

        host = address.ToString();
        return true;
    }

    private static bool TryParseName(string text, [NotNullWhen(true)] out string? host)
    {
        host = null;
        string name = text.EndsWith('.') ? text[..^1] : text;
        string[] labels = name.Split('.');
        bool isName = name.Length <= MaxNameLength
            && labels.All(label => label.Length is >= 1 and <= MaxLabelLength && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            && !labels[^1].All(char.IsAsciiDigit);
        if (!isName)
        {
            return false;
        }

        host = text.ToLowerInvariant();
        return true;
    }
}
