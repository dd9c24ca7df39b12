using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Parses dig's own way of writing a command line: <c>@server</c>, <c>name</c>, <c>type</c>, <c>class</c>, <c>-x</c>, <c>+option</c>, in any order.</summary>
internal sealed class DigParser
{
    private static readonly HashSet<string> Words =
    [
        "short", "json", "all", "cmd", "comments", "question", "answer", "authority", "additional", "stats", "ttlid", "class", "split", "onesoa", "recurse", "rdflag", "adflag", "cdflag", "dnssec", "edns", "nsid",
        "cookie", "bufsize", "tcp", "vc", "ignore", "fail", "time", "tries", "retry", "subnet", "tls", "tls-ca", "tls-hostname", "multiline", "fuzzytime", "search", "badcookie", "besteffort", "keepopen",
        // short forms of their own, which begin other words too
        "rec", "ad", "cd", "do", "cl", "ttl", "timeout", "tls-host",
    ];

    private DigRequest _request = new();
    private DomainName? _name;
    private bool _hasType;
    private bool _hasClass;

    private DigParser()
    {
    }

    /// <summary>Parses a line.</summary>
    /// <exception cref="FormatException">It cannot be understood; the message says what.</exception>
    public static DigRequest Parse(IReadOnlyList<string> args)
    {
        DigParser parser = new();
        Queue<string> words = new(args);
        while (words.TryDequeue(out string? word))
        {
            if (word.StartsWith('@'))
            {
                parser._request = parser._request with { Server = word[1..] };
            }
            else if (word.StartsWith('+'))
            {
                parser.TakePlus(word[1..]);
            }
            else if (word is ['-', _, ..])
            {
                parser.TakeDash(word, words);
            }
            else
            {
                parser.TakeWord(word);
            }
        }

        return parser.End();
    }

    private DigRequest End()
    {
        // As dig: without a name, the servers of the root.
        DnsType type = _name is null && !_hasType ? DnsType.NS : _request.Type;
        DigRequest made = _request with { Name = _name ?? DomainName.Root, Type = type };
        return made.Key is null ? made : made with { Query = made.Query with { Key = made.Key.Name } };
    }

    private void TakeWord(string word)
    {
        // As dig: a word that is a type or a class is one, until there is a type; what is none is the name.
        if (!_hasType && TryTakeType(word))
        {
            return;
        }

        if (!_hasClass && DnsClasses.TryParse(word, out DnsClass recordClass))
        {
            _request = _request with { Query = _request.Query with { Class = recordClass } };
            _hasClass = true;
            return;
        }

        if (_name is not null)
        {
            throw new FormatException($"'{word}' is too much: one name at a time");
        }

        _name = ParseName(word);
    }

    private bool TryTakeType(string word)
    {
        if (word.StartsWith("ixfr=", StringComparison.OrdinalIgnoreCase) && uint.TryParse(word.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out uint since))
        {
            _request = _request with { Type = DnsType.IXFR, Since = since };
        }
        else if (DnsTypes.TryParse(word, out DnsType type) && type != DnsType.IXFR)
        {
            _request = _request with { Type = type };
        }
        else
        {
            return false;
        }

        _hasType = true;
        return true;
    }

    private void TakeDash(string word, Queue<string> words)
    {
        string value = word.Length > 2 ? word[2..] : "";
        switch (word)
        {
            case "--json":
                _request = _request with { IsJson = true };
                return;
            case "-4" or "-6":
                _request = _request with { Family = word[1] - '0' };
                return;
        }

        if (word[1] is not ('p' or 'x' or 't' or 'c' or 'q' or 'y'))
        {
            throw new FormatException($"no such option: '{word}'");
        }

        value = value.Length > 0 ? value : words.TryDequeue(out string? next) ? next : throw new FormatException($"{word} needs a value");
        switch (word[1])
        {
            case 'p':
                _request = _request with { Port = ParseNumber("-p", value, 1, 65535) };
                break;
            case 'x':
                _name = ParseReverse(value);
                _request = _hasType ? _request : _request with { Type = DnsType.PTR };
                _hasType = true;
                break;
            case 't' when !TryTakeType(value):
                throw new FormatException($"-t: '{value}' is no type");
            case 'c':
                _hasClass = true;
                _request = DnsClasses.TryParse(value, out DnsClass recordClass)
                    ? _request with { Query = _request.Query with { Class = recordClass } }
                    : throw new FormatException($"-c: '{value}' is no class");
                break;
            case 'q':
                _name = ParseName(value);
                break;
            case 'y':
                _request = _request with { Key = ParseKey(value) };
                break;
        }
    }

    private void TakePlus(string word)
    {
        bool isOn = !word.StartsWith("no", StringComparison.Ordinal);
        string[] halves = (isOn ? word : word[2..]).Split('=', 2);
        string name = Complete(halves[0]), value = halves.Length > 1 ? halves[1] : "";
        if (!TryShow(name, value, isOn) && !TryAsk(name, value, isOn))
        {
            throw new FormatException($"no such option: '+{word}'");
        }
    }

    // As dig: the beginning of a word is enough, if no other word begins so.
    private static string Complete(string name) =>
        Words.Contains(name) ? name : Words.Where(word => word.StartsWith(name, StringComparison.Ordinal)).Take(2).ToArray() is [var only] && name.Length > 0 ? only : name;

    private bool TryShow(string name, string value, bool isOn)
    {
        DigParts parts = name switch
        {
            "all" => DigParts.All,
            "cmd" => DigParts.Command,
            "comments" => DigParts.Comments,
            "question" => DigParts.Question,
            "answer" => DigParts.Answer,
            "authority" => DigParts.Authority,
            "additional" => DigParts.Additional,
            "stats" => DigParts.Statistics,
            _ => DigParts.None,
        };
        switch (name)
        {
            case "short":
                _request = _request with { IsShort = isOn };
                return true;
            case "json":
                _request = _request with { IsJson = isOn };
                return true;
            case "ttlid" or "ttl":
                _request = _request with { HasTtl = isOn };
                return true;
            case "class" or "cl":
                _request = _request with { HasClass = isOn };
                return true;
            case "split":
                // As dig: whole groups of four.
                _request = _request with { SplitWidth = !isOn ? 0 : value.Length == 0 ? DigRequest.DefaultSplitWidth : (ParseNumber("+split", value, 0, 65_535) + 3) / 4 * 4 };
                return true;
            case "onesoa":
                _request = _request with { HasOneStart = isOn };
                return true;
            // How they are always shown here.
            case "multiline" or "idnout" or "idnin" or "fuzzytime" or "ttlunits" when !isOn:
                return true;
        }

        _request = _request with { Parts = isOn ? _request.Parts | parts : _request.Parts & ~parts };
        return parts != DigParts.None;
    }

    private bool TryAsk(string name, string value, bool isOn)
    {
        DnsQueryOptions query = _request.Query;
        DnsQueryOptions? asked = name switch
        {
            "rec" or "recurse" or "rdflag" => query with { RecursionDesired = isOn },
            "ad" or "adflag" => query with { AuthenticData = isOn },
            "cd" or "cdflag" => query with { CheckingDisabled = isOn },
            "do" or "dnssec" => query with { DnssecOk = isOn, UsesEdns = query.UsesEdns || isOn },
            "edns" => query with { UsesEdns = isOn },
            "nsid" => query with { RequestsNsid = isOn, UsesEdns = query.UsesEdns || isOn },
            "cookie" => query with { UsesCookies = isOn, UsesEdns = query.UsesEdns || isOn },
            "bufsize" => query with { DatagramBytes = value.Length == 0 || !isOn ? DnsLimits.DatagramBytes : Math.Clamp(ParseNumber("+bufsize", value, 0, 65_535), DnsLimits.PlainDatagramBytes, 4096), UsesEdns = true },
            "tcp" or "vc" => query with { UsesStream = isOn },
            "ignore" => query with { TakesTruncated = isOn },
            "fail" => query with { TakesServerFailure = isOn },
            "time" or "timeout" => query with { Timeout = TimeSpan.FromSeconds((long)(isOn ? Math.Clamp(ParseNumber("+time", value, 0, int.MaxValue), 1, 60) : 5)) },
            "tries" => query with { Attempts = isOn ? Math.Clamp(ParseNumber("+tries", value, 0, int.MaxValue), 1, 10) : 3 },
            "retry" => query with { Attempts = isOn ? Math.Min(ParseNumber("+retry", value, 0, int.MaxValue), 9) + 1 : 3 },
            "subnet" => query with { ClientSubnet = isOn ? ParseSubnet(value) : null },
            // As it is here anyhow.
            "badcookie" or "besteffort" or "keepopen" => query,
            // Names are absolute.
            "search" or "defname" or "header-only" when !isOn => query,
            _ => null,
        };
        if (asked is not null)
        {
            _request = _request with { Query = asked };
            return true;
        }

        switch (name)
        {
            case "tls":
                _request = _request with { UsesTls = isOn };
                return true;
            case "tls-ca":
                _request = _request with { TlsAuthorities = value.Length > 0 ? value : null };
                return true;
            case "tls-host" or "tls-hostname":
                _request = _request with { TlsName = value };
                return true;
            default:
                return false;
        }
    }

    // As dig: of what is no whole address, the parts between its dots in reverse order, which is how a network's zone is asked for.
    private static DomainName ParseReverse(string text)
    {
        bool isWhole = IPAddress.TryParse(text, out IPAddress? address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || text.Count(letter => letter == '.') == 3);
        return isWhole ? ReverseName.Of(address!)
            : text.Any(char.IsAsciiDigit) && text.All(letter => char.IsAsciiDigit(letter) || letter == '.') ? ParseName($"{string.Join('.', text.Split('.').Reverse())}.in-addr.arpa.")
            : throw new FormatException($"-x: '{text}' is no address");
    }

    private static DomainName ParseName(string text) => DomainName.Parse(text);

    private static int ParseNumber(string option, string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
            ? value
            : throw new FormatException($"{option}: a number from {least} to {most} is expected, not '{text}'");

    private static IPNetwork ParseSubnet(string text)
    {
        // As dig: an address alone is itself, and 0 is nobody's.
        string whole = text == "0" ? "0.0.0.0/0" : text.Contains('/', StringComparison.Ordinal) ? text : text.Contains(':', StringComparison.Ordinal) ? $"{text}/128" : $"{text}/32";
        return IPNetwork.TryParse(whole, out IPNetwork subnet) ? subnet : throw new FormatException($"+subnet: '{text}' is no network");
    }

    // [hmac:]name:secret
    private static TsigKey ParseKey(string text)
    {
        string[] parts = text.Split(':');
        // The secret is in no message.
        (string hmac, string name, string secret) = parts switch
        {
            [var one, var two] => ("hmac-sha256", one, two),
            [var one, var two, var three] => (one, two, three),
            _ => throw new FormatException("-y: [hmac:]name:secret is expected"),
        };
        byte[] bytes = new byte[secret.Length];
        if (!Convert.TryFromBase64String(secret, bytes, out int length) || length == 0)
        {
            throw new FormatException("-y: the secret is not in base 64");
        }

        return DomainName.TryParse(hmac, out DomainName? algorithmName) && TsigAlgorithms.TryFind(algorithmName.Wire, out TsigAlgorithm algorithm) && algorithm != TsigAlgorithm.HmacMd5
            ? new TsigKey(ParseName(name), algorithm, bytes.AsSpan(0, length))
            : throw new FormatException($"-y: '{hmac}' is not signed with; hmac-sha256, hmac-sha384, hmac-sha512 and hmac-sha1 are");
    }
}
