using System.Diagnostics.CodeAnalysis;
using System.Net;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Tsig;
using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Dns.Session;

/// <summary>Says who may do something: by address, by the key that a request was signed with, or by both. Nothing is allocated when it is asked.</summary>
/// <remarks>
/// <b>Shape</b>: each rule is <c>[!]NETWORK [key NAME]</c> or <c>[!]key NAME</c>, with <c>any</c> for all networks: <c>192.0.2.0/24</c>, <c>2001:db8::1 key tsig.example.</c>, <c>key tsig.example.</c>,
/// <c>!10.0.0.5</c>, <c>any</c>. The first rule that fits decides, <c>!</c> means no; where none fits the answer is no. BIND's address match lists and NSD's <c>provide-xfr</c> read so.
/// </remarks>
public sealed class AccessRules
{
    /// <summary>The most rules of a list: 1,000, for they are gone through one by one.</summary>
    public const int MaxRules = 1000;

    private readonly AccessRule[] _rules;

    private AccessRules(AccessRule[] rules) => _rules = rules;

    /// <summary>Gets the list that lets nobody: the default for transfers (as NSD's and Knot's are) and for NOTIFY.</summary>
    public static AccessRules Nobody { get; } = new([]);

    /// <summary>Gets the list that lets everybody: the default for questions.</summary>
    public static AccessRules Everybody { get; } = new([new AccessRule(default, null, IsRefusal: false)]);

    /// <summary>Says whether the list lets nobody.</summary>
    public bool IsEmpty => _rules.Length == 0;

    /// <summary>Gets the names of the keys that rules ask for; who sets rules up sees that there are such.</summary>
    public IEnumerable<DomainName> KeyNames => _rules.Where(rule => rule.KeyName is not null).Select(rule => rule.KeyName!).Distinct();

    /// <summary>Parses a list.</summary>
    /// <exception cref="FormatException">A rule is none; the message names all that are wrong.</exception>
    public static AccessRules Parse(params IEnumerable<string> rules)
    {
        List<string> errors = [];
        return TryParse(rules, errors, out AccessRules? parsed) ? parsed : throw new FormatException(string.Join(" ", errors));
    }

    /// <summary>Parses a list, or says all that is wrong with it.</summary>
    /// <param name="rules">The rules in their order.</param>
    /// <param name="errors">What is wrong is added to it.</param>
    /// <param name="parsed">The list.</param>
    public static bool TryParse(IEnumerable<string> rules, ICollection<string> errors, [NotNullWhen(true)] out AccessRules? parsed)
    {
        ArgumentNullException.ThrowIfNull(rules);
        ArgumentNullException.ThrowIfNull(errors);
        int before = errors.Count;
        List<AccessRule> all = [];
        foreach (string text in rules)
        {
            if (all.Count == MaxRules)
            {
                errors.Add($"There are more than {MaxRules} rules.");
                break;
            }

            if (AccessRule.TryParse(text, out AccessRule rule, out string? error))
            {
                all.Add(rule);
            }
            else
            {
                errors.Add(error);
            }
        }

        parsed = errors.Count == before ? new([.. all]) : null;
        return parsed is not null;
    }

    /// <summary>Says whether the list lets a peer.</summary>
    /// <param name="peer">The peer's address; the default where it has none, which only <c>any</c> and keys fit.</param>
    /// <param name="key">The key of the request's good signature; null if it has none.</param>
    public bool Allows(in PeerAddress peer, TsigKey? key = null) => Allows(peer, key, out _);

    /// <summary>Says whether the list lets a peer, and whether one of its rules said so.</summary>
    internal bool Allows(in PeerAddress peer, TsigKey? key, out bool isRule)
    {
        foreach (AccessRule rule in _rules)
        {
            if (rule.Fits(peer, key))
            {
                isRule = true;
                return !rule.IsRefusal;
            }
        }

        isRule = false;
        return false;
    }

    /// <summary>Prints the rules.</summary>
    public override string ToString() => string.Join(", ", _rules);
}
