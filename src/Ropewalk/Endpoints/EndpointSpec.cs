using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Endpoints;

/// <summary>
/// Describes where to listen or where to connect: a well-formed endpoint string.
/// </summary>
/// <remarks>
/// <b>Shape</b>: <c>SCHEME:[HOST:]PORT[:key=value…]</c>, as <c>tcp:25</c>, <c>tls:[::1]:993:cert=m.pem</c>; <c>SCHEME:PATH[:key=value…]</c>,
/// as <c>unix:/run/x:mode=660</c>; a colon or a backslash inside a value or a path is written <c>\:</c> and <c>\\</c>. The spelling
/// <c>SCHEME://HOST:PORT?key=value&amp;…</c> is taken too. A bare <c>HOST:PORT</c> or <c>PORT</c> has no scheme until
/// <see cref="WithScheme"/> gives it one. No host, and <c>*</c>, mean all addresses.
/// </remarks>
public sealed class EndpointSpec : ISpanParsable<EndpointSpec>, IEquatable<EndpointSpec>
{
    internal const string Redacted = "***";

    private readonly EndpointKeyValue[] _keys;

    internal EndpointSpec(string scheme, string? host, int? port, string path, EndpointKeyValue[] keys, EndpointSpec? inner)
    {
        Scheme = scheme;
        Host = host;
        Port = port;
        Path = path;
        Inner = inner;
        _keys = keys;
    }

    /// <summary>Gets the scheme in lower case; empty for a bare <c>HOST:PORT</c>.</summary>
    public string Scheme { get; }

    /// <summary>Gets the host: a name in lower case or an address without brackets; null where all addresses are meant.</summary>
    public string? Host { get; }

    /// <summary>Gets the port; null where the scheme has none. 0 lets the system choose one.</summary>
    public int? Port { get; }

    /// <summary>Gets what stands in the place of host and port: the path of <c>unix:</c>, the number of <c>fd:</c>, the name of <c>systemd:</c> and <c>mem:</c>; otherwise empty.</summary>
    public string Path { get; }

    /// <summary>Gets the endpoint that a wrapper such as <c>proxy:</c> stands in front of, or null.</summary>
    public EndpointSpec? Inner { get; }

    /// <summary>Gets the keys in the order in which they were given, the wrapper's <c>then=</c> not among them. The values are the real ones.</summary>
    public IReadOnlyList<EndpointKeyValue> Keys => _keys;

    /// <summary>Gets whether this endpoint, or the one inside it, still needs a scheme.</summary>
    public bool IsBare => Scheme.Length == 0 || Inner is { IsBare: true };

    /// <summary>Gets <see cref="Host"/> as an address, or null if it is a name or missing.</summary>
    public IPAddress? Address => Host is not null && IPAddress.TryParse(Host, out IPAddress? address) ? address : null;

    /// <summary>Makes a <c>tcp:</c> endpoint.</summary>
    /// <param name="host">A name or an address without brackets; null for all addresses.</param>
    /// <param name="port">0 to 65535.</param>
    /// <exception cref="ArgumentException"><paramref name="host"/> is neither a name nor an address.</exception>
    public static EndpointSpec Tcp(string? host, int port) => new("tcp", CheckHost(host), CheckPort(port), "", [], null);

    /// <summary>Makes the endpoint that reaches a bound socket: what a client must connect to. Any-addresses become loopback ones.</summary>
    /// <exception cref="NotSupportedException">The end point is of a kind that has no scheme.</exception>
    public static EndpointSpec FromEndPoint(EndPoint endPoint) => endPoint switch
    {
        IPEndPoint ip when ip.Address.Equals(IPAddress.Any) => Tcp("127.0.0.1", ip.Port),
        IPEndPoint ip when ip.Address.Equals(IPAddress.IPv6Any) => Tcp("::1", ip.Port),
        IPEndPoint ip => Tcp(ip.Address.ToString(), ip.Port),
        DnsEndPoint name => Tcp(name.Host, name.Port),
        MemoryEndPoint memory => new("mem", null, null, memory.Name, [], null),
        UnixDomainSocketEndPoint unix => new("unix", null, null, unix.ToString()!.StartsWith("//", StringComparison.Ordinal) ? "/" + unix.ToString()!.TrimStart('/') : unix.ToString()!, [], null),
        _ => throw new NotSupportedException($"No endpoint scheme for a {endPoint.GetType().Name}."),
    };

    /// <summary>Parses an endpoint string.</summary>
    /// <param name="s">The string.</param>
    /// <param name="provider">An <see cref="EndpointSchemes"/> with the plug-in schemes to understand; null for the built-in ones.</param>
    /// <exception cref="FormatException">It is not well-formed. The message names the offset and what is allowed, and shows no value.</exception>
    public static EndpointSpec Parse(string s, IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(s);
        return TryParse(s, provider, out EndpointSpec? spec, out EndpointSpecError error) ? spec : throw new FormatException($"Endpoint {error}");
    }

    /// <inheritdoc cref="Parse(string, IFormatProvider?)"/>
    public static EndpointSpec Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s.ToString(), provider);

    /// <summary>Parses an endpoint string; never throws.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out EndpointSpec result) =>
        TryParse(s, provider, out result, out _);

    /// <summary>Parses an endpoint string; never throws.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, [MaybeNullWhen(false)] out EndpointSpec result) =>
        TryParse(s.ToString(), provider, out result, out _);

    /// <summary>Parses an endpoint string and says what is wrong with it; never throws.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, [NotNullWhen(true)] out EndpointSpec? result, out EndpointSpecError error) =>
        TryParse(s, null, out result, out error);

    /// <summary>Parses an endpoint string and says what is wrong with it; never throws.</summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? s,
        IFormatProvider? provider,
        [NotNullWhen(true)] out EndpointSpec? result,
        out EndpointSpecError error)
    {
        EndpointSchemes schemes = provider?.GetFormat(typeof(EndpointSchemes)) as EndpointSchemes ?? EndpointSchemes.BuiltIn;
        var parser = new EndpointSpecParser(s ?? "", schemes);
        result = parser.Parse();
        error = parser.Error;
        return result is not null;
    }

    /// <summary>Gets the value of a key: empty for a flag that is present, null if the key is absent.</summary>
    public string? Get(string key)
    {
        foreach (EndpointKeyValue pair in _keys)
        {
            if (pair.Name == key)
            {
                return pair.Value;
            }
        }

        return null;
    }

    /// <summary>Tells whether a key is present.</summary>
    public bool Has(string key) => Get(key) is not null;

    /// <summary>Gets the value of a key that its syntax declares as a number, or null if the key is absent.</summary>
    public long? GetNumber(string key) => Get(key) is { } text && EndpointValue.TryParseNumber(text, out long value) ? value : null;

    /// <summary>Gets the value of a key that its syntax declares as a duration, or null if the key is absent.</summary>
    public TimeSpan? GetDuration(string key) => Get(key) is { } text && EndpointValue.TryParseDuration(text, out TimeSpan value) ? value : null;

    /// <summary>Gets the items of a value that are separated by commas; empty if the key is absent.</summary>
    public IReadOnlyList<string> GetList(string key) => Get(key)?.Split(',') ?? [];

    /// <summary>Gives a bare endpoint its scheme; one that has a scheme stays as it is. Inside a wrapper the inner one is given it.</summary>
    /// <param name="scheme">A scheme that takes a host and a port.</param>
    /// <param name="provider">An <see cref="EndpointSchemes"/> with the plug-in schemes to understand; null for the built-in ones.</param>
    /// <exception cref="FormatException">The endpoint has a key that the scheme does not take.</exception>
    public EndpointSpec WithScheme(string scheme, IFormatProvider? provider = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        if (!IsBare)
        {
            return this;
        }

        if (Scheme.Length > 0)
        {
            return new EndpointSpec(Scheme, Host, Port, Path, _keys, Inner!.WithScheme(scheme, provider));
        }

        EndpointSpec given = Parse($"{scheme}:{ToUnredactedString()}", provider);
        return given.Port is null ? throw new ArgumentException($"The scheme {scheme} does not take HOST:PORT.", nameof(scheme)) : given;
    }

    /// <summary>Copies the endpoint with another host.</summary>
    /// <exception cref="ArgumentException"><paramref name="host"/> is neither a name nor an address.</exception>
    public EndpointSpec WithHost(string? host) => new(Scheme, CheckHost(host), Port ?? throw NoPort(), Path, _keys, Inner);

    /// <summary>Copies the endpoint with another port.</summary>
    public EndpointSpec WithPort(int port) => new(Scheme, Host, Port is null ? throw NoPort() : CheckPort(port), Path, _keys, Inner);

    /// <summary>Copies the endpoint with its relative file names made absolute: Unix sockets, and the certificates, keys and authorities of <c>tls:</c> and <c>wss:</c>.</summary>
    /// <param name="folder">Where relative names start: the folder of the file in which the endpoint is written.</param>
    public EndpointSpec WithFilesFrom(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string start = System.IO.Path.GetFullPath(folder);
        string path = Scheme == "unix" && !Path.StartsWith('@') ? System.IO.Path.GetFullPath(Path, start) : Path;
        EndpointKeyValue[] keys = Scheme is not ("tls" or "wss") ? _keys :
            [.. _keys.Select(pair => pair.Name is "cert" or "key" or "pfx" or "certs" or "ca" or "trust" ? pair with { Value = System.IO.Path.GetFullPath(pair.Value, start) } : pair)];
        return new EndpointSpec(Scheme, Host, Port, path, keys, Inner?.WithFilesFrom(start));
    }

    /// <summary>Copies the endpoint with a key set.</summary>
    /// <exception cref="FormatException">The scheme does not take the key, or not with this value.</exception>
    public EndpointSpec WithKey(string key, string value = "", IFormatProvider? provider = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        var without = new EndpointSpec(Scheme, Host, Port, Path, [.. _keys.Where(pair => pair.Name != key)], Inner);
        string text = without.ToUnredactedString();
        string separator = text.EndsWith(':') && Path.Length == 0 ? "" : ":";
        return Parse(text + separator + key + (value.Length == 0 ? "" : "=" + Escape(value)), provider);
    }

    /// <summary>Formats the endpoint in its canonical form with its secrets in it. <b>Call</b>: never for a log.</summary>
    public string ToUnredactedString() => Format(redact: false);

    /// <summary>Formats the endpoint in its canonical form; each secret value is written <c>***</c>. Without secrets it parses to an equal endpoint.</summary>
    public override string ToString() => Format(redact: true);

    /// <inheritdoc/>
    public bool Equals(EndpointSpec? other) =>
        other is not null
        && Scheme == other.Scheme
        && Host == other.Host
        && Port == other.Port
        && Path == other.Path
        && _keys.Length == other._keys.Length
        && _keys.All(pair => other.Get(pair.Name) == pair.Value)
        && Equals(Inner, other.Inner);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EndpointSpec);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Scheme, Host, Port, Path, _keys.Length, Inner);

    private static string Escape(string value) => value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace(":", @"\:", StringComparison.Ordinal);

    private static string? CheckHost(string? host) => host switch
    {
        null or "*" => null,
        _ when EndpointHost.TryParse(host, out string? canonical) => canonical,
        _ => throw new ArgumentException($"Not a host; allowed: {EndpointHost.Allowed}.", nameof(host)),
    };

    private static int CheckPort(int port) =>
        port is >= 0 and <= IPEndPoint.MaxPort ? port : throw new ArgumentOutOfRangeException(nameof(port), port, "A port is a number from 0 to 65535.");

    private InvalidOperationException NoPort() => new($"An endpoint of the scheme {Scheme} has no host and port.");

    private string Format(bool redact)
    {
        var text = new StringBuilder();
        string separator = "";
        if (Scheme.Length > 0)
        {
            text.Append(Scheme).Append(':');
        }

        if (Port is { } port)
        {
            text.Append(Host is null ? "" : Host.Contains(':') ? $"[{Host}]:" : $"{Host}:").Append(port.ToString(CultureInfo.InvariantCulture));
            separator = ":";
        }
        else if (Path.Length > 0)
        {
            text.Append(Escape(Path));
            separator = ":";
        }

        foreach (EndpointKeyValue pair in _keys)
        {
            text.Append(separator).Append(pair.Name);
            if (pair.Value.Length > 0)
            {
                text.Append('=').Append(redact && pair.IsSecret ? Redacted : Escape(pair.Value));
            }

            separator = ":";
        }

        return Inner is null ? text.ToString() : text.Append(separator).Append("then=").Append(Escape(Inner.Format(redact))).ToString();
    }
}
