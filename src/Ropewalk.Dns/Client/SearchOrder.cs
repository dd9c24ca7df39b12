using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Client;

/// <summary>Says which names are tried, and in which order, for one as people write it: resolv.conf(5), <c>search</c> and <c>ndots</c>.</summary>
public static class SearchOrder
{
    /// <summary>Gives the names. One with a dot at its end is absolute; one with enough dots is tried as it is first, one with fewer last. What would be too long is left out.</summary>
    /// <param name="name">The name.</param>
    /// <param name="search">The suffixes.</param>
    /// <param name="ndots">How many dots are enough.</param>
    /// <exception cref="FormatException">It is no name.</exception>
    public static IReadOnlyList<DomainName> Of(string name, IReadOnlyList<DomainName> search, int ndots)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(search);
        DomainName asIs = DomainName.Parse(name);
        if (asIs.IsRoot || name.EndsWith('.') || search.Count == 0)
        {
            return [asIs];
        }

        IEnumerable<DomainName> below = search.Select(suffix => Join(asIs, suffix)).OfType<DomainName>();
        // An escaped dot is part of a label: what counts is the labels.
        return asIs.LabelCount - 1 >= ndots ? [asIs, .. below] : [.. below, asIs];
    }

    private static DomainName? Join(DomainName name, DomainName suffix) =>
        name.Wire.Length - 1 + suffix.Wire.Length > DnsLimits.NameBytes ? null : DomainName.Of([.. name.Wire[..^1], .. suffix.Wire]);
}
