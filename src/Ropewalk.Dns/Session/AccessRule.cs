using System.Diagnostics.CodeAnalysis;
using System.Net;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Policies;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Session;

/// <summary>Is one rule of <see cref="AccessRules"/>.</summary>
/// <param name="Network">The network; the default for any.</param>
/// <param name="KeyName">The key that the request must be signed with; null if it need not be.</param>
/// <param name="IsRefusal">Whether who fits is refused.</param>
internal readonly record struct AccessRule(PeerPrefix Network, DomainName? KeyName, bool IsRefusal)
{
    private const string Any = "any";
    private const string Key = "key";

    private bool FitsAll => !Network.IsIPv4 && !Network.IsIPv6;

    public static bool TryParse(string? text, out AccessRule rule, [NotNullWhen(false)] out string? error)
    {
        rule = default;
        string[] words = (text ?? string.Empty).Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bool isRefusal = words.Length > 0 && words[0][0] == '!';
        if (isRefusal)
        {
            words[0] = words[0][1..];
        }

        error = $"\"{text}\" is no rule: expected is [!]NETWORK [key NAME] or [!]key NAME, as 192.0.2.0/24 key tsig.example.";
        PeerPrefix network = default;
        ReadOnlySpan<string> rest = words;
        if (rest.Length > 0 && rest[0] != Key)
        {
            if (!TryParseNetwork(rest[0], out network, out IPNetwork? meant))
            {
                error = meant is not null ? $"\"{text}\" is no rule: {rest[0]} has bits behind its prefix; the network is {meant}" : error;
                return false;
            }

            rest = rest[1..];
        }

        DomainName? name = null;
        bool isWhole = rest.Length switch
        {
            0 => words.Length > 0,
            2 => rest[0] == Key && DomainName.TryParse(rest[1], out name),
            _ => false,
        };
        if (!isWhole)
        {
            return false;
        }

        error = null;
        rule = new(network, name?.ToLower(), isRefusal);
        return true;
    }

    public bool Fits(in PeerAddress peer, TsigKey? key) =>
        (FitsAll || Network.Contains(peer)) && (KeyName is null || (key is not null && key.Name == KeyName));

    public override string ToString()
    {
        string network = FitsAll ? Any : Network.ToString();
        string key = KeyName is null ? string.Empty : $" {Key} {KeyName}";
        return $"{(IsRefusal ? "!" : string.Empty)}{network}{key}";
    }

    private static bool TryParseNetwork(string text, out PeerPrefix network, out IPNetwork? meant)
    {
        network = default;
        meant = null;
        return text == Any || (AddressPrefix.TryParseNetwork(text, out IPNetwork parsed, out meant) && TryTake(parsed, out network));
    }

    // An IPv4 peer is never seen in its mapped form, so a network written in that form would never fit.
    private static bool TryTake(IPNetwork parsed, out PeerPrefix network)
    {
        network = default;
        if (parsed.BaseAddress.IsIPv4MappedToIPv6)
        {
            return false;
        }

        network = new PeerAddress(parsed.BaseAddress, 0).GetPrefix(parsed.PrefixLength, parsed.PrefixLength);
        return true;
    }
}
