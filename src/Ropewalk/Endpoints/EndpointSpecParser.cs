using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Ropewalk.Endpoints;

/// <summary>
/// Parses one endpoint string. The string is first cut into pieces at its unescaped colons (or, in the URL spelling, at <c>?</c> and
/// <c>&amp;</c>); pieces are unescaped one by one, each character remembering where it came from, so that an error inside an inner
/// endpoint names the offset in the whole string. No message shows a piece that might belong to a secret.
/// </summary>
internal sealed class EndpointSpecParser
{
    // both far above any real endpoint: a unix path is 108 bytes (sun_path), a file path 4,096 (PATH_MAX)
    private const int MaxLength = 8192;
    private const int MaxDepth = 4;

    private readonly string _text;
    private readonly EndpointSchemes _schemes;
    private readonly int[]? _offsets;
    private readonly int _depth;
    private readonly List<(int Start, int End)> _pieces = [];
    private bool _isUrl;

    public EndpointSpecParser(string text, EndpointSchemes schemes)
        : this(text, schemes, null, 0)
    {
    }

    private EndpointSpecParser(string text, EndpointSchemes schemes, int[]? offsets, int depth)
    {
        _text = text;
        _schemes = schemes;
        _offsets = offsets;
        _depth = depth;
    }

    public EndpointSpecError Error { get; private set; }

    public EndpointSpec? Parse()
    {
        if (!CheckCharacters())
        {
            return null;
        }

        int colon = _text.IndexOf(':');
        string scheme = colon > 0 ? _text[..colon].ToLowerInvariant() : "";
        bool slashes = colon > 0 && string.CompareOrdinal(_text, colon, "://", 0, 3) == 0;
        if (!_schemes.TryGetSyntax(scheme, out EndpointSyntax? syntax))
        {
            return slashes ? FailScheme(scheme) : ParseBare(scheme);
        }

        // unix:/run/x and unix:///run/x are one path; unix://run/x would be a host in every other tool
        _isUrl = slashes;
        if (!(slashes ? CutUrl(colon + 3) : CutColons(colon + 1, syntax.Shape == EndpointShape.HostPort)))
        {
            return null;
        }

        return syntax.Shape switch
        {
            EndpointShape.HostPort => ParseHostPort(syntax),
            EndpointShape.Nothing => ParseNothing(syntax),
            _ => ParsePath(syntax),
        };
    }

    private bool CheckCharacters()
    {
        if (_text.Length == 0)
        {
            return Fail(0, $"an endpoint is empty; expected {DescribeForms()}");
        }

        if (_text.Length > MaxLength)
        {
            return Fail(MaxLength, $"an endpoint is longer than {MaxLength} characters");
        }

        if (_depth > MaxDepth)
        {
            return Fail(0, $"endpoints are nested more than {MaxDepth} deep");
        }

        int control = _text.AsSpan().IndexOfAnyInRange('\0', '\x1f');
        control = control < 0 ? _text.IndexOf('\x7f') : control;
        return control < 0 || Fail(control, "a control character");
    }

    private EndpointSpec? FailScheme(string scheme)
    {
        string known = string.Join(", ", _schemes.Syntaxes.Select(syntax => syntax.Name + ":"));
        bool isWord = scheme.Length is > 0 and <= 16 && scheme.All(char.IsAsciiLetterOrDigit);
        Fail(0, $"unknown scheme{(isWord ? $" '{scheme}'" : "")}; allowed: {known} or HOST:PORT or PORT");
        return null;
    }

    private EndpointSpec? ParseBare(string scheme)
    {
        if (!CutColons(0, bracketed: true))
        {
            return null;
        }

        // what is neither PORT nor HOST:PORT was meant to have a scheme
        bool startsWithPort = IsDigits(_pieces[0]);
        bool startsWithHost = !startsWithPort && _pieces.Count > 1 && IsDigits(_pieces[1]);
        if (!startsWithPort && !startsWithHost && _text[0] != '[')
        {
            return scheme.Length > 0 ? FailScheme(scheme) : FailNull(0, $"expected {DescribeForms()}");
        }

        return ParseHostPort(null);
    }

    private EndpointSpec? ParseHostPort(EndpointSyntax? syntax)
    {
        int next = 0;
        string? host = null;
        bool startsWithPort = IsDigits(_pieces[0]);
        if (!startsWithPort && !ParseHost(_pieces[next++], out host))
        {
            return null;
        }

        if (next >= _pieces.Count || !ParsePort(_pieces[next], out int port))
        {
            int at = next < _pieces.Count ? _pieces[next].Start : _text.Length;
            return FailNull(at, "expected a port, 0 to 65535 (an IPv6 address is written in brackets)");
        }

        return ParseKeys(next + 1, syntax, out EndpointKeyValue[] keys, out EndpointSpec? inner)
            ? new EndpointSpec(syntax?.Name ?? "", host, port, "", keys, inner)
            : null;
    }

    private EndpointSpec? ParseNothing(EndpointSyntax syntax)
    {
        bool isEmpty = _pieces[0].Start == _pieces[0].End;
        if (_isUrl && !isEmpty)
        {
            return FailNull(_pieces[0].Start, $"{syntax.Name}: takes no host and no path; {syntax.DescribeKeys()}");
        }

        int firstKey = _isUrl || (isEmpty && _pieces.Count == 1) ? 1 : 0;
        return ParseKeys(firstKey, syntax, out EndpointKeyValue[] keys, out EndpointSpec? inner)
            ? new EndpointSpec(syntax.Name, null, null, "", keys, inner)
            : null;
    }

    private EndpointSpec? ParsePath(EndpointSyntax syntax)
    {
        (int start, int end) = _pieces[0];
        if (!Decode(start, end, out string path, out _))
        {
            return null;
        }

        if (syntax.Shape == EndpointShape.Number && (!IsDigits(_pieces[0]) || !int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            return FailNull(start, $"expected a number after {syntax.Name}:");
        }

        if (syntax.Shape == EndpointShape.Path && path.Length == 0)
        {
            return FailNull(start, $"expected a path or a name after {syntax.Name}:");
        }

        // unix:////x would be written unix://x, which is something else
        if (path.StartsWith("//", StringComparison.Ordinal))
        {
            return FailNull(start, "a path or a name does not begin with two slashes");
        }

        if (syntax.Shape == EndpointShape.Number)
        {
            path = int.Parse(path, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        }

        return ParseKeys(1, syntax, out EndpointKeyValue[] keys, out EndpointSpec? inner)
            ? new EndpointSpec(syntax.Name, null, null, path, keys, inner)
            : null;
    }

    private bool ParseHost((int Start, int End) piece, out string? host)
    {
        host = null;
        string text = _text[piece.Start..piece.End];
        if (text is "" or "*")
        {
            return true;
        }

        bool isBracketed = text[0] == '[';
        bool isHost = isBracketed ? EndpointHost.TryParseIPv6(text[1..^1], out host) : !text.Contains(':') && EndpointHost.TryParse(text, out host);
        return isHost || Fail(piece.Start, isBracketed ? "expected an IPv6 address inside the brackets" : $"expected {EndpointHost.Allowed}, then :PORT");
    }

    private bool ParsePort((int Start, int End) piece, out int port)
    {
        port = 0;
        return IsDigits(piece)
            && int.TryParse(_text.AsSpan(piece.Start, piece.End - piece.Start), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            && port <= ushort.MaxValue;
    }

    private bool ParseKeys(int first, EndpointSyntax? syntax, out EndpointKeyValue[] keys, out EndpointSpec? inner)
    {
        var found = new List<EndpointKeyValue>();
        EndpointSpec? then = null;
        keys = [];
        inner = null;
        for (int i = first; i < _pieces.Count; i++)
        {
            (int start, int end) = _pieces[i];
            int equals = _text.IndexOf('=', start, end - start);
            ReadOnlySpan<char> name = _text.AsSpan(start, (equals < 0 ? end : equals) - start);
            EndpointKey? key = FindKey(syntax, name);
            if (key is null)
            {
                return Fail(start, $"{(equals < 0 ? "expected key=value" : "unknown key")}; {DescribeKeys(syntax)} (a colon inside a value is written \\:)");
            }

            if (found.Exists(pair => pair.Name == key.Name) || (key.IsInner && then is not null))
            {
                return Fail(start, $"{key.Name} is given twice");
            }

            if (key.IsFlag)
            {
                if (equals >= 0 && !(_isUrl && equals == end - 1))
                {
                    return Fail(equals, $"{key.Name} takes no value");
                }

                found.Add(new EndpointKeyValue(key.Name, ""));
            }
            else if (!ParseValue(key, equals < 0 ? end : equals + 1, end, found, ref then))
            {
                return false;
            }
        }

        keys = [.. found];
        inner = then;
        return CheckRequired(syntax, found, then);
    }

    private bool ParseValue(EndpointKey key, int start, int end, List<EndpointKeyValue> found, ref EndpointSpec? then)
    {
        if (!Decode(start, end, out string value, out int[] offsets))
        {
            return false;
        }

        if (value.Length == 0 || (key.IsValid is { } isValid && !isValid(value)))
        {
            return Fail(start, $"{key.Name}= is not right; allowed: {key.Allowed}");
        }

        if (!key.IsInner)
        {
            found.Add(new EndpointKeyValue(key.Name, value, key.IsSecret));
            return true;
        }

        var parser = new EndpointSpecParser(value, _schemes, offsets, _depth + 1);
        then = parser.Parse();
        if (then is null)
        {
            // "then=tcp:25" was cut at its colon
            string hint = value.Contains(':') ? "" : $" (a colon inside {key.Name}= is written \\:)";
            Error = parser.Error with { Message = parser.Error.Message + hint };
        }

        return then is not null;
    }

    private bool CheckRequired(EndpointSyntax? syntax, List<EndpointKeyValue> found, EndpointSpec? then)
    {
        foreach (EndpointKey key in syntax?.Keys ?? [])
        {
            if (key.IsRequired && !(key.IsInner ? then is not null : found.Exists(pair => pair.Name == key.Name)))
            {
                return Fail(_text.Length, $"{syntax!.Name}: needs {key.Name}=: {key.Allowed}");
            }
        }

        return true;
    }

    // a bare endpoint may have the keys of any scheme that takes a host and a port; WithScheme checks them against the one it gets
    private EndpointKey? FindKey(EndpointSyntax? syntax, ReadOnlySpan<char> name)
    {
        if (syntax is not null)
        {
            return syntax.FindKey(name);
        }

        EndpointKey? found = null;
        foreach (EndpointSyntax candidate in _schemes.Syntaxes)
        {
            EndpointKey? key = candidate.Shape == EndpointShape.HostPort ? candidate.FindKey(name) : null;
            found = found is null or { IsSecret: false } && key is not null ? key : found;
        }

        return found;
    }

    private string DescribeKeys(EndpointSyntax? syntax) =>
        syntax?.DescribeKeys() ?? "allowed: " + string.Join(
            ", ",
            _schemes.Syntaxes.Where(candidate => candidate.Shape == EndpointShape.HostPort).SelectMany(candidate => candidate.Keys).Select(key => key.Name).Distinct());

    private static string DescribeForms() => "SCHEME:HOST:PORT, SCHEME:PATH, HOST:PORT or PORT";

    private bool CutColons(int start, bool bracketed)
    {
        int at = start;
        if (bracketed && at < _text.Length && _text[at] == '[')
        {
            int close = _text.IndexOf(']', at);
            if (close < 0 || (close + 1 < _text.Length && _text[close + 1] != ':'))
            {
                return Fail(close < 0 ? at : close + 1, close < 0 ? "a bracket is not closed" : "expected :PORT after the bracket");
            }

            at = close + 1;
        }

        for (int pieceStart = start; ; at++)
        {
            if (at >= _text.Length || _text[at] == ':')
            {
                _pieces.Add((pieceStart, at));
                pieceStart = at + 1;
                if (at >= _text.Length)
                {
                    return true;
                }
            }
            else if (IsEscape(at))
            {
                at++;
            }
        }
    }

    // RFC 3986 §3: //authority, an empty path, ?query; a path only where the scheme has one and the authority is empty
    private bool CutUrl(int start)
    {
        int hash = _text.IndexOf('#', start);
        if (hash >= 0)
        {
            return Fail(hash, "an endpoint has no fragment (#)");
        }

        int query = _text.IndexOf('?', start);
        int end = query < 0 ? _text.Length : query;
        if (_schemes.TryGetSyntax(_text[..(start - 3)].ToLowerInvariant(), out EndpointSyntax? syntax) && syntax.Shape == EndpointShape.HostPort)
        {
            end = end > start && _text[end - 1] == '/' ? end - 1 : end;
            int colon = _text.AsSpan(start, end - start).LastIndexOf(':');
            _pieces.Add((start, colon < 0 ? end : start + colon));
            _pieces.Add((colon < 0 ? end : start + colon + 1, end));
            if (!CheckBrackets(_pieces[0]))
            {
                return false;
            }
        }
        else if (syntax?.Name == EndpointSyntax.Unix.Name && end > start && _text[start] != '/')
        {
            return Fail(start, "expected unix:PATH or unix:///PATH");
        }
        else
        {
            _pieces.Add((start, end));
        }

        for (int at = query; at >= 0 && at < _text.Length;)
        {
            int ampersand = _text.IndexOf('&', at + 1);
            _pieces.Add((at + 1, ampersand < 0 ? _text.Length : ampersand));
            at = ampersand;
        }

        return true;
    }

    private bool CheckBrackets((int Start, int End) host) =>
        host.Start == host.End || _text[host.Start] != '[' || (_text[host.End - 1] == ']' && host.End - host.Start > 2) || Fail(host.Start, "a bracket is not closed");

    private bool Decode(int start, int end, out string value, out int[] offsets)
    {
        var text = new StringBuilder(end - start);
        var from = new List<int>(end - start + 1);
        int at = start;
        while (at < end)
        {
            if (_isUrl && _text[at] == '%')
            {
                int run = at;
                if (!DecodePercent(ref at, end, text))
                {
                    (value, offsets) = ("", []);
                    return Fail(run, "expected %HH escapes that are UTF-8 and no control characters");
                }

                from.AddRange(Enumerable.Repeat(run, text.Length - from.Count));
                continue;
            }

            from.Add(at);
            at += !_isUrl && IsEscape(at) ? 1 : 0;
            text.Append(_text[at++]);
        }

        from.Add(end);
        value = text.ToString();
        offsets = [.. from.Select(Map)];
        return true;
    }

    // a run of escapes is one run of UTF-8
    private bool DecodePercent(ref int at, int end, StringBuilder text)
    {
        var bytes = new List<byte>();
        for (; at < end && _text[at] == '%'; at += 3)
        {
            if (at + 3 > end || !byte.TryParse(_text.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte value))
            {
                return false;
            }

            bytes.Add(value);
        }

        char[] characters = new char[bytes.Count];
        OperationStatus status = Utf8.ToUtf16(bytes.ToArray(), characters, out _, out int written, replaceInvalidSequences: false);
        bool isText = status == OperationStatus.Done && !characters.AsSpan(0, written).ContainsAnyInRange('\0', '\x1f') && !characters.Contains('\x7f');
        text.Append(characters, 0, isText ? written : 0);
        return isText;
    }

    private bool IsEscape(int at) => _text[at] == '\\' && at + 1 < _text.Length && _text[at + 1] is ':' or '\\';

    private bool IsDigits((int Start, int End) piece) =>
        piece.End > piece.Start && _text.AsSpan(piece.Start, piece.End - piece.Start).IndexOfAnyExceptInRange('0', '9') < 0;

    private int Map(int offset) => _offsets is null ? offset : _offsets[Math.Min(offset, _offsets.Length - 1)];

    private bool Fail(int offset, string message)
    {
        Error = new EndpointSpecError(Map(offset), message);
        return false;
    }

    private EndpointSpec? FailNull(int offset, string message)
    {
        Fail(offset, message);
        return null;
    }
}
