using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Holds what a server says of itself in its numeric 005: which names it takes, which modes it knows, and how long things may be. A value; a new 005 makes a new one.</summary>
/// <remarks><b>Shape</b>: <c>KEY</c>, <c>KEY=value</c> with <c>\xNN</c> for an octet, <c>-KEY</c> for what no longer holds. What was not announced has RFC 1459's value.</remarks>
public sealed class IrcServerFeatures
{
    private readonly ImmutableDictionary<string, string> _tokens;

    private IrcServerFeatures(ImmutableDictionary<string, string> tokens)
    {
        _tokens = tokens;
        CaseMapping = IrcCaseMapping.TryFind(this["CASEMAPPING"], out IrcCaseMapping? mapping) ? mapping : IrcCaseMapping.Rfc1459;
        ChannelTypes = this["CHANTYPES"] ?? "#&";
        (PrefixModes, Prefixes) = ReadPrefixes(this["PREFIX"] ?? "(ov)@+");
        StatusPrefixes = this["STATUSMSG"] ?? "";
        string[] kinds = (this["CHANMODES"] ?? "b,k,l,imnpst").Split(',');
        ListModes = kinds[0];
        ParameterModes = kinds.Length > 1 ? kinds[1] : "";
        SetParameterModes = kinds.Length > 2 ? kinds[2] : "";
        FlagModes = kinds.Length > 3 ? kinds[3] : "";
        // LINELEN below what RFC 1459 §2.3 promises would be a way to make us say nothing at all.
        LineBytes = Number("LINELEN", IrcLimits.MessageBytes, IrcLimits.MessageBytes, 65_536);
        TargetMaxima = ReadMaxima(this["TARGMAX"]);
    }

    /// <summary>The features of a server that has announced none.</summary>
    public static IrcServerFeatures None { get; } = new(ImmutableDictionary<string, string>.Empty.WithComparers(StringComparer.OrdinalIgnoreCase));

    /// <summary>Gets the value of a token, unescaped: empty where it has none, null where it was not announced.</summary>
    public string? this[string token] => _tokens.TryGetValue(token, out string? value) ? value : null;

    /// <summary>Gets all tokens.</summary>
    public IReadOnlyDictionary<string, string> Tokens => _tokens;

    /// <summary>Gets which names are the same. Default <see cref="IrcCaseMapping.Rfc1459"/>.</summary>
    public IrcCaseMapping CaseMapping { get; }

    /// <summary>Gets the characters that channels begin with. Default <c>#&amp;</c> (RFC 1459 §1.3).</summary>
    public string ChannelTypes { get; }

    /// <summary>Gets the letters of the modes that give a member a prefix, the highest first. Default <c>ov</c>.</summary>
    public string PrefixModes { get; }

    /// <summary>Gets the prefixes, in the order of <see cref="PrefixModes"/>. Default <c>@+</c>.</summary>
    public string Prefixes { get; }

    /// <summary>Gets the prefixes that a message to a part of a channel may have (<c>@#channel</c>). Default none.</summary>
    public string StatusPrefixes { get; }

    /// <summary>Gets the modes that are lists of masks (type A). Default <c>b</c>.</summary>
    public string ListModes { get; }

    /// <summary>Gets the modes that always have a parameter (type B). Default <c>k</c>.</summary>
    public string ParameterModes { get; }

    /// <summary>Gets the modes that have a parameter only when they are set (type C). Default <c>l</c>.</summary>
    public string SetParameterModes { get; }

    /// <summary>Gets the modes without a parameter (type D). Default <c>imnpst</c>.</summary>
    public string FlagModes { get; }

    /// <summary>Gets the longest message without its tags, CR LF included (<c>LINELEN</c>). Default 512.</summary>
    public int LineBytes { get; }

    /// <summary>Gets the most targets of each command (<c>TARGMAX</c>); null where there is no limit.</summary>
    public IReadOnlyDictionary<string, int?> TargetMaxima { get; }

    /// <summary>Gets how many modes with a parameter one <c>MODE</c> may have. Default 3 (RFC 1459 §4.2.3.1).</summary>
    public int Modes => this["MODES"] is "" ? int.MaxValue : Number("MODES", 3, 1, 1000);

    /// <summary>Gets the longest nickname. Default 9 (RFC 1459 §1.2).</summary>
    public int NickLength => Number("NICKLEN", 9, 1, 1000);

    /// <summary>Gets the longest name of a channel. Default 200 (RFC 1459 §1.3).</summary>
    public int ChannelLength => Number("CHANNELLEN", 200, 1, 1000);

    /// <summary>Gets the longest topic; null where nothing was said.</summary>
    public int? TopicLength => Optional("TOPICLEN");

    /// <summary>Gets the longest reason of an absence; null where nothing was said.</summary>
    public int? AwayLength => Optional("AWAYLEN");

    /// <summary>Gets the longest reason of a kick; null where nothing was said.</summary>
    public int? KickLength => Optional("KICKLEN");

    /// <summary>Gets the most nicknames that may be watched: null where there is no <c>MONITOR</c>.</summary>
    public int? MonitorLimit => this["MONITOR"] is { } value ? (value.Length == 0 ? int.MaxValue : Optional("MONITOR") ?? 0) : null;

    /// <summary>Gets whether <c>WHO</c> takes a list of fields.</summary>
    public bool HasWhoX => this["WHOX"] is not null;

    /// <summary>Gets whether the server takes UTF-8 only.</summary>
    public bool IsUtf8Only => this["UTF8ONLY"] is not null;

    /// <summary>Gets the network's name, or null.</summary>
    public string? Network => this["NETWORK"];

    /// <summary>Gets the letter of the user mode that marks a bot, or null.</summary>
    public char? BotMode => this["BOT"] is { Length: > 0 } value ? value[0] : null;

    /// <summary>Gets the most messages of history that one request gives; null where there is no history. <b>Spec</b>: IRCv3 chathistory.</summary>
    public int? HistoryLimit => (this["CHATHISTORY"] ?? this["draft/CHATHISTORY"]) is { } value
        ? int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int limit) && limit > 0 ? limit : int.MaxValue
        : null;

    /// <summary>Tells whether a name is a channel's.</summary>
    public bool IsChannel(string name) => !string.IsNullOrEmpty(name) && ChannelTypes.Contains(name[0], StringComparison.Ordinal);

    /// <summary>Parts the target of a message from the prefixes in front of it: <c>@#channel</c> is what a channel's operators hear.</summary>
    public (string Prefixes, string Target) ReadTarget(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        int at = 0;
        while (at < target.Length && StatusPrefixes.Contains(target[at], StringComparison.Ordinal))
        {
            at++;
        }

        return at > 0 && IsChannel(target[at..]) ? (target[..at], target[at..]) : ("", target);
    }

    /// <summary>Makes the features that hold after a 005.</summary>
    /// <param name="tokens">The parameters between the nickname and the closing text.</param>
    /// <param name="mostTokens">How many tokens are kept; what is new beyond them is left out.</param>
    public IrcServerFeatures With(IEnumerable<string> tokens, int mostTokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        ImmutableDictionary<string, string>.Builder all = _tokens.ToBuilder();
        foreach (string token in tokens)
        {
            int equals = token.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? token : token[..equals];
            if (key.StartsWith('-'))
            {
                all.Remove(key[1..]);
            }
            else if (key.Length > 0 && (all.Count < mostTokens || all.ContainsKey(key)))
            {
                all[key] = equals < 0 ? "" : Unescape(token[(equals + 1)..]);
            }
        }

        return new IrcServerFeatures(all.ToImmutable());
    }

    private static string Unescape(string value)
    {
        if (!value.Contains("\\x", StringComparison.Ordinal))
        {
            return value;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(value);
        int length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == (byte)'\\' && i + 3 < bytes.Length && bytes[i + 1] == (byte)'x'
                && byte.TryParse(bytes.AsSpan(i + 2, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte octet))
            {
                bytes[length++] = octet;
                i += 3;
            }
            else
            {
                bytes[length++] = bytes[i];
            }
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static (string Modes, string Prefixes) ReadPrefixes(string value)
    {
        int close = value.IndexOf(')', StringComparison.Ordinal);
        if (!value.StartsWith('(') || close < 0)
        {
            // PREFIX without a value: nobody has one
            return ("", "");
        }

        string modes = value[1..close];
        string prefixes = value[(close + 1)..];
        int count = Math.Min(modes.Length, prefixes.Length);
        return (modes[..count], prefixes[..count]);
    }

    private static ImmutableDictionary<string, int?> ReadMaxima(string? value)
    {
        ImmutableDictionary<string, int?>.Builder maxima = ImmutableDictionary.CreateBuilder<string, int?>(StringComparer.OrdinalIgnoreCase);
        foreach (string pair in (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = pair.IndexOf(':', StringComparison.Ordinal);
            maxima[colon < 0 ? pair : pair[..colon]] =
                colon >= 0 && int.TryParse(pair.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int most) && most > 0 ? most : null;
        }

        return maxima.ToImmutable();
    }

    private int? Optional(string token) => int.TryParse(this[token], NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;

    private int Number(string token, int absent, int least, int most) => Optional(token) is { } value ? Math.Clamp(value, least, most) : absent;
}
