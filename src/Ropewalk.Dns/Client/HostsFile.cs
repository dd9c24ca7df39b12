using System.Net;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Client;

/// <summary>Is what a hosts file says: addresses of names, names of addresses. <b>Shape</b>: an address and its names on a line, <c>#</c> before comments (hosts(5)).</summary>
/// <remarks>Lines that are not understood are passed over, as libc does.</remarks>
public sealed class HostsFile
{
    // A list that blocks advertisements has 200,000.
    private const int MostEntries = 1_000_000;

    private static readonly char[] Blanks = [' ', '\t', '\r'];

    private readonly Dictionary<DomainName, List<IPAddress>> _addresses = [];
    private readonly Dictionary<IPAddress, List<DomainName>> _names = [];

    private HostsFile()
    {
    }

    /// <summary>Gets a file that says nothing.</summary>
    public static HostsFile Empty { get; } = new();

    /// <summary>Gets how many names have addresses.</summary>
    public int Count => _addresses.Count;

    /// <summary>Parses a hosts file.</summary>
    public static HostsFile Parse(ReadOnlySpan<char> text)
    {
        HostsFile made = new();
        int entries = 0;
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            int comment = line.IndexOf('#');
            string[] words = (comment < 0 ? line : line[..comment]).ToString().Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !IPAddress.TryParse(words[0], out IPAddress? address))
            {
                continue;
            }

            foreach (string word in words.AsSpan(1))
            {
                if (DomainName.TryParse(word, out DomainName? name) && entries++ < MostEntries)
                {
                    Add(made._addresses, name, address);
                    Add(made._names, address, name);
                }
            }
        }

        return made;
    }

    /// <summary>Finds the addresses of a host, in the order of the file; none if it has none.</summary>
    public IReadOnlyList<IPAddress> FindAddresses(string host) =>
        DomainName.TryParse(host, out DomainName? name) && _addresses.TryGetValue(name, out List<IPAddress>? found) ? found : [];

    /// <summary>Finds the names of an address, the canonical one first; none if it has none.</summary>
    public IReadOnlyList<DomainName> FindNames(IPAddress address) => _names.TryGetValue(address, out List<DomainName>? found) ? found : [];

    /// <summary>Finds what is known of a host without asking: what the file says, and where <c>localhost</c> is.</summary>
    internal static IReadOnlyList<IPAddress> FindLocal(HostsFile? hosts, string host)
    {
        if (hosts?.FindAddresses(host) is { Count: > 0 } listed)
        {
            return listed;
        }

        // RFC 6761 §6.3: localhost is this machine, and is asked of nobody.
        return DomainName.TryParse(host, out DomainName? name) && name.IsSubdomainOf(Localhost) ? [IPAddress.IPv6Loopback, IPAddress.Loopback] : [];
    }

    private static DomainName Localhost { get; } = DomainName.Parse("localhost.");

    private static void Add<TKey, TValue>(Dictionary<TKey, List<TValue>> table, TKey key, TValue value)
        where TKey : notnull
    {
        if (!table.TryGetValue(key, out List<TValue>? values))
        {
            table[key] = values = [];
        }

        if (!values.Contains(value))
        {
            values.Add(value);
        }
    }
}
