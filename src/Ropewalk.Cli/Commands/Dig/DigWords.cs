using System.Globalization;
using System.Net;
using Ropewalk.Dns.Client;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Knows dig's words with a plus.</summary>
internal static class DigWords
{
    private static readonly HashSet<string> Words =
    [
        "short", "json", "yaml", "all", "cmd", "comments", "question", "answer", "authority", "additional", "stats", "ttlid", "ttlunits", "class", "crypto", "split", "onesoa", "recurse", "rdflag", "adflag", "cdflag",
        "aaflag", "aaonly", "raflag", "tcflag", "zflag", "dnssec", "edns", "ednsnegotiation", "ednsopt", "nsid", "cookie", "bufsize", "tcp", "vc", "ignore", "fail", "timeout", "tries", "retry", "subnet", "tls", "tls-ca",
        "tls-hostname", "multiline", "fuzzytime", "search", "defname", "domain", "ndots", "showsearch", "badcookie", "showbadcookie", "besteffort", "keepopen", "keepalive", "expire", "expandaaaa", "header-only", "identify",
        "idnin", "idnout", "opcode", "padding", "qid", "qr", "rrcomments", "trace", "unknownformat", "mapped",
        // short forms of their own, which begin other words too
        "rec", "ad", "cd", "do", "cl", "ttl", "time", "multi", "dom", "sea", "tr",
    ];

    private static readonly Dictionary<string, string> Shortened = new() { ["rec"] = "recurse", ["cl"] = "class", ["ttl"] = "ttlid", ["multi"] = "multiline", ["dom"] = "domain", ["sea"] = "search", ["tr"] = "tries" };

    /// <summary>Takes a word.</summary>
    /// <param name="word">The word without its plus.</param>
    /// <param name="request">What has been said so far.</param>
    /// <exception cref="FormatException">It is none of dig's, or none that is known here, or its value is wrong.</exception>
    public static DigRequest Take(string word, DigRequest request)
    {
        bool isOn = !word.StartsWith("no", StringComparison.Ordinal);
        string[] halves = (isOn ? word : word[2..]).Split('=', 2);
        string name = Complete(halves[0]), value = halves.Length > 1 ? halves[1] : "";
        return Show(request, name, value, isOn) ?? Send(request, name, value, isOn) ?? Ask(request, name, value, isOn) ?? throw new FormatException($"Invalid option: +{word}");
    }

    /// <summary>Parses a number as dig does.</summary>
    /// <exception cref="FormatException">It is none, or out of bounds.</exception>
    public static int ParseNumber(string what, string text, int least, int most)
    {
        bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value);
        return isNumber && value >= least && value <= most ? value
            : throw new FormatException($"invalid {what} '{text}': {(isNumber || (text.Length > 0 && text.All(char.IsAsciiDigit)) ? $"out of range, {least} to {most}" : "not a valid number")}");
    }

    // As dig: the beginning of a word is enough, if no other word begins so.
    private static string Complete(string name)
    {
        string whole = Words.Contains(name) ? name : Words.Where(word => word.StartsWith(name, StringComparison.Ordinal) && !Shortened.ContainsKey(word)).Take(2).ToArray() is [var only] && name.Length > 0 ? only : name;
        return Shortened.GetValueOrDefault(whole, whole);
    }

    private static DigRequest? Show(DigRequest request, string name, string value, bool isOn) => name switch
    {
        "all" => With(request, DigParts.All, isOn),
        "cmd" => With(request, DigParts.Command, isOn),
        "comments" => With(request, DigParts.Comments, isOn),
        "question" => With(request, DigParts.Question, isOn),
        "answer" => With(request, DigParts.Answer, isOn),
        "authority" => With(request, DigParts.Authority, isOn),
        "additional" => With(request, DigParts.Additional, isOn),
        "stats" => With(request, DigParts.Statistics, isOn),
        "short" => request with { IsShort = isOn },
        "json" => request with { IsJson = isOn },
        "yaml" => request with { IsYaml = isOn },
        "identify" => request with { Identifies = isOn },
        "multiline" => request with { IsMultiline = isOn },
        "rrcomments" => request with { HasRecordComments = isOn },
        "crypto" => request with { HasCrypto = isOn },
        "unknownformat" => request with { IsUnknownForm = isOn },
        "expandaaaa" => request with { ExpandsAaaa = isOn },
        "ttlid" => request with { HasTtl = isOn },
        // As dig: who wants units wants to see them.
        "ttlunits" => request with { HasTtl = true, HasTtlUnits = isOn },
        "class" => request with { HasClass = isOn },
        // As dig: whole groups of four.
        "split" => request with { SplitWidth = !isOn ? 0 : value.Length == 0 ? null : (ParseNumber("split", value, 0, 65_535) + 3) / 4 * 4 },
        "onesoa" => request with { HasOneStart = isOn },
        "qr" => request with { ShowsQuery = isOn },
        "showsearch" => request with { ShowsSearch = isOn, Searches = request.Searches || isOn },
        "showbadcookie" => request with { ShowsBadCookie = isOn },
        // As dig: what is shown of each step is what answers it.
        "trace" => request with { IsTrace = isOn, Query = request.Query with { RecursionDesired = !isOn, DnssecOk = isOn || request.Query.DnssecOk } },
        // How it is here anyhow.
        "idnin" or "idnout" or "fuzzytime" when !isOn => request,
        "keepopen" or "mapped" => request,
        _ => null,
    };

    private static DigRequest With(DigRequest request, DigParts parts, bool isOn) => request with { Parts = isOn ? request.Parts | parts : request.Parts & ~parts };

    private static DigRequest? Send(DigRequest request, string name, string value, bool isOn) => name switch
    {
        "aaflag" or "aaonly" => WithBit(request, 0x0400, isOn),
        "tcflag" => WithBit(request, 0x0200, isOn),
        "raflag" => WithBit(request, 0x0080, isOn),
        "zflag" => WithBit(request, 0x0040, isOn),
        "opcode" => request with { Opcode = isOn ? ParseOpcode(value) : DnsOpcode.Query },
        "qid" => request with { Id = (ushort)ParseNumber("qid", value, 0, 65_535) },
        "header-only" => request with { IsHeaderOnly = isOn },
        "edns" => request with { EdnsVersion = isOn && value.Length > 0 ? (byte)ParseNumber("edns", value, 0, 255) : (byte)0, Query = request.Query with { UsesEdns = isOn } },
        "ednsnegotiation" => request with { NegotiatesEdns = isOn },
        "ednsopt" when !isOn => request with { Options = [] },
        "ednsopt" => WithEdns(request) with { Options = [.. request.Options, ParseOption(value)] },
        "cookie" => (isOn ? WithEdns(request) : request) with { Cookie = isOn && value.Length > 0 ? ParseHex("cookie", value) : null, Query = WithEdns(request).Query with { UsesCookies = isOn, UsesEdns = isOn || request.Query.UsesEdns } },
        "badcookie" => request with { RetriesBadCookie = isOn },
        "bufsize" => WithEdns(request) with { DatagramBytes = value.Length == 0 || !isOn ? DnsLimits.DatagramBytes : ParseNumber("buffer size", value, 0, 65_535) },
        "keepalive" => isOn ? WithEdns(request) with { RequestsKeepalive = true } : request with { RequestsKeepalive = false },
        "expire" => isOn ? WithEdns(request) with { RequestsExpire = true } : request with { RequestsExpire = false },
        "padding" => WithEdns(request) with { PaddingBlockBytes = value.Length == 0 || !isOn ? 0 : ParseNumber("padding", value, 0, 512) },
        "besteffort" => request with { TakesMalformed = isOn },
        "search" or "defname" => request with { Searches = isOn },
        "domain" => isOn ? request with { Suffix = ParseName(value), Searches = true } : request with { Suffix = null },
        "ndots" => request with { Ndots = isOn ? ParseNumber("ndots", value, 0, 15) : null },
        "tls" => request with { UsesTls = isOn },
        "tls-ca" => request with { TlsAuthorities = value.Length > 0 ? value : null },
        "tls-hostname" => request with { TlsName = value },
        _ => null,
    };

    private static DigRequest WithBit(DigRequest request, ushort bit, bool isOn) => request with { HeaderBits = (ushort)(isOn ? request.HeaderBits | bit : request.HeaderBits & ~bit) };

    private static DigRequest WithEdns(DigRequest request) => request.Query.UsesEdns ? request : request with { Query = request.Query with { UsesEdns = true } };

    private static DigRequest? Ask(DigRequest request, string name, string value, bool isOn)
    {
        DnsQueryOptions query = request.Query;
        DnsQueryOptions? asked = name switch
        {
            "recurse" or "rdflag" => query with { RecursionDesired = isOn },
            "ad" or "adflag" => query with { AuthenticData = isOn },
            "cd" or "cdflag" => query with { CheckingDisabled = isOn },
            "do" or "dnssec" => query with { DnssecOk = isOn, UsesEdns = query.UsesEdns || isOn },
            "nsid" => query with { RequestsNsid = isOn, UsesEdns = query.UsesEdns || isOn },
            "tcp" or "vc" => query with { UsesStream = isOn },
            "ignore" => query with { TakesTruncated = isOn },
            "fail" => query with { TakesServerFailure = isOn },
            "time" or "timeout" => query with { Timeout = TimeSpan.FromSeconds((long)(isOn ? Math.Clamp(ParseNumber("timeout", value, 0, int.MaxValue), 1, 60) : 5)) },
            "tries" => query with { Attempts = isOn ? Math.Clamp(ParseNumber("tries", value, 0, int.MaxValue), 1, 10) : 3 },
            "retry" => query with { Attempts = isOn ? Math.Min(ParseNumber("retries", value, 0, int.MaxValue), 9) + 1 : 3 },
            "subnet" => query with { ClientSubnet = isOn ? ParseSubnet(value) : null, UsesEdns = query.UsesEdns || isOn },
            _ => null,
        };
        return asked is null ? null : request with { Query = asked };
    }

    private static DomainName ParseName(string text) => DomainName.TryParse(text, out DomainName? name) ? name : throw new FormatException($"'{text}' is not a legal name");

    private static DnsOpcode ParseOpcode(string text) => text.ToUpperInvariant() switch
    {
        "QUERY" => DnsOpcode.Query,
        "IQUERY" => DnsOpcode.InverseQuery,
        "STATUS" => DnsOpcode.Status,
        "NOTIFY" => DnsOpcode.Notify,
        "UPDATE" => DnsOpcode.Update,
        _ => (DnsOpcode)ParseNumber("opcode", text, 0, 15),
    };

    private static byte[] ParseHex(string what, string text)
    {
        try
        {
            byte[] bytes = Convert.FromHexString(text);
            // RFC 7873 §4: 8 bytes of the client's, and up to 32 of the server's.
            return bytes.Length <= DnsLimits.PlainDatagramBytes ? bytes : throw new FormatException($"+{what}: too long");
        }
        catch (FormatException)
        {
            throw new FormatException($"+{what}: bad hex encoding");
        }
    }

    // code[:hex]
    private static OptOption ParseOption(string text)
    {
        string[] parts = text.Split(':', 2);
        EdnsOptionCode code = parts[0].ToUpperInvariant() switch
        {
            "NSID" => EdnsOptionCode.Nsid,
            "DAU" => EdnsOptionCode.DnssecAlgorithms,
            "DHU" => EdnsOptionCode.DsHashes,
            "N3U" => EdnsOptionCode.Nsec3Hashes,
            "ECS" => EdnsOptionCode.ClientSubnet,
            "EXPIRE" => EdnsOptionCode.Expire,
            "COOKIE" => EdnsOptionCode.Cookie,
            "KEEPALIVE" => EdnsOptionCode.TcpKeepalive,
            "PADDING" => EdnsOptionCode.Padding,
            "CHAIN" => EdnsOptionCode.Chain,
            "KEY-TAG" => EdnsOptionCode.KeyTag,
            "EDE" => EdnsOptionCode.ExtendedError,
            _ => (EdnsOptionCode)ParseNumber("ednsopt", parts[0], 0, 65_535),
        };
        return new OptOption(code, parts.Length > 1 ? ParseHex("ednsopt", parts[1]) : []);
    }

    private static IPNetwork ParseSubnet(string text)
    {
        // As dig: an address alone is itself, and 0 is nobody's.
        // And 10/8 is 10.0.0.0/8, where IPNetwork has 0.0.0.10.
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && !text.Contains(':', StringComparison.Ordinal) && text.AsSpan(0, slash).Count('.') is < 3 and var dots)
        {
            text = text.Insert(slash, string.Concat(Enumerable.Repeat(".0", 3 - dots)));
        }

        string whole = text == "0" ? "0.0.0.0/0" : text.Contains('/', StringComparison.Ordinal) ? text : text.Contains(':', StringComparison.Ordinal) ? $"{text}/128" : $"{text}/32";
        return IPNetwork.TryParse(whole, out IPNetwork subnet) ? subnet : throw new FormatException($"invalid prefix '{text}'");
    }
}
