using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Finger.Wire;

/// <summary>Is a well-formed query.</summary>
/// <remarks>
/// <b>Shape</b>: <c>[/W ][user][@host…]</c>. <b>Spec</b>: RFC 1288 §2.3. Its grammar lets a name stand only behind <c>/W</c>, and its own examples (RFC 1288 §4)
/// send a name alone: both are taken.
/// </remarks>
public sealed class FingerQuery : IEquatable<FingerQuery>
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private FingerQuery(bool isVerbose, string userName, ImmutableArray<string> hosts)
    {
        IsVerbose = isVerbose;
        UserName = userName;
        Hosts = hosts;
    }

    /// <summary>Gets the query for the list of users: an empty line.</summary>
    public static FingerQuery List { get; } = new(isVerbose: false, "", []);

    /// <summary>Gets whether more is wanted: <c>/W</c>. RFC 1288 §2.5.4.</summary>
    public bool IsVerbose { get; }

    /// <summary>Gets the name that is asked for; empty for the list of users.</summary>
    public string UserName { get; }

    /// <summary>Gets the hosts that the query is to be forwarded through, as written; empty where this host answers.</summary>
    public ImmutableArray<string> Hosts { get; }

    /// <summary>Gets whether the query asks to be forwarded, {Q2}.</summary>
    public bool IsForwarded => !Hosts.IsEmpty;

    /// <summary>Parses a line, without its break.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, [NotNullWhen(true)] out FingerQuery? query, out FingerViolation violation)
    {
        query = null;
        string text;
        try
        {
            text = StrictUtf8.GetString(line);
        }
        catch (DecoderFallbackException)
        {
            violation = FingerViolation.NotText;
            return false;
        }

        violation = ParseText(text, out query);
        return query is not null;
    }

    /// <summary>Parses what a user types: <c>alice</c>, <c>alice@example.org</c>, <c>@example.org</c>, <c>alice@inner@outer</c>.</summary>
    /// <exception cref="FormatException">It is no query.</exception>
    public static FingerQuery Parse(string text, bool isVerbose = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        FingerViolation violation = ParseText(text, out FingerQuery? query);
        return query is null
            ? throw new FormatException($"'{text}' is no finger query: {violation}.")
            : new FingerQuery(isVerbose || query.IsVerbose, query.UserName, query.Hosts);
    }

    /// <summary>Takes the next step of a forwarded query: the right-most host, and what it is to be asked.</summary>
    /// <exception cref="InvalidOperationException">The query is not to be forwarded.</exception>
    public (string Host, FingerQuery Remainder) Forward()
    {
        if (!IsForwarded)
        {
            throw new InvalidOperationException("This query is for this host.");
        }

        // RFC 1288 §2.4: the right-most host is asked what remains when it is removed.
        return (Hosts[^1], new FingerQuery(IsVerbose, UserName, Hosts.RemoveAt(Hosts.Length - 1)));
    }

    /// <summary>Formats the line, without its break.</summary>
    public override string ToString()
    {
        string asked = UserName + string.Concat(Hosts.Select(host => "@" + host));
        return IsVerbose ? asked.Length == 0 ? "/W" : "/W " + asked : asked;
    }

    /// <inheritdoc/>
    public bool Equals(FingerQuery? other) =>
        other is not null && IsVerbose == other.IsVerbose && UserName == other.UserName && Hosts.SequenceEqual(other.Hosts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FingerQuery);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(IsVerbose, UserName, Hosts.Length);

    private static FingerViolation ParseText(string text, out FingerQuery? query)
    {
        query = null;
        if (text.Any(char.IsControl))
        {
            return FingerViolation.NotText;
        }

        string rest = text.Trim(' ');
        bool isVerbose = rest.StartsWith("/W", StringComparison.OrdinalIgnoreCase) && (rest.Length == 2 || rest[2] == ' ');
        rest = isVerbose ? rest[2..].TrimStart(' ') : rest;
        if (rest.StartsWith('/'))
        {
            return FingerViolation.UnknownToken;
        }

        string[] parts = rest.Split('@');
        if (parts[0].Contains(' '))
        {
            return FingerViolation.MoreThanOneName;
        }

        if (parts.Skip(1).Any(host => host.Length == 0 || host.Contains(' ')))
        {
            return FingerViolation.BadHost;
        }

        query = new FingerQuery(isVerbose, parts[0], [.. parts[1..]]);
        return FingerViolation.None;
    }
}
