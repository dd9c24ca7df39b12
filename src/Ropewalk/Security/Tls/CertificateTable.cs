using System.Collections.Frozen;
using System.Globalization;

namespace Ropewalk.Security.Tls;

/// <summary>The certificates of one load, found by the name that a client asks for. Never changes: a reload swaps the whole table.</summary>
internal sealed class CertificateTable
{
    private static readonly IdnMapping Idn = new();

    private readonly FrozenDictionary<string, ServerCertificate> _exact;
    private readonly FrozenDictionary<string, ServerCertificate> _wildcards;

    public CertificateTable(IReadOnlyList<ServerCertificate> certificates)
    {
        All = certificates;
        var exact = new Dictionary<string, ServerCertificate>(StringComparer.Ordinal);
        var wildcards = new Dictionary<string, ServerCertificate>(StringComparer.Ordinal);
        foreach (ServerCertificate certificate in certificates)
        {
            foreach (string name in certificate.Names)
            {
                (Dictionary<string, ServerCertificate> map, string key) = name.StartsWith("*.", StringComparison.Ordinal) ? (wildcards, name[2..]) : (exact, name);
                if (!map.TryGetValue(key, out ServerCertificate? other) || other.Certificate.NotAfter < certificate.Certificate.NotAfter)
                {
                    map[key] = certificate;
                }
            }
        }

        _exact = exact.ToFrozenDictionary(StringComparer.Ordinal);
        _wildcards = wildcards.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public IReadOnlyList<ServerCertificate> All { get; }

    public ServerCertificate? Find(string? serverName)
    {
        // RFC 6066 §3: a server that does not know the name may go on with a default
        ServerCertificate? byDefault = All.Count > 0 ? All[0] : null;
        if (string.IsNullOrEmpty(serverName) || All.Count == 1)
        {
            return byDefault;
        }

        string name = Canonical(serverName);
        if (_exact.TryGetValue(name, out ServerCertificate? found))
        {
            return found;
        }

        // RFC 6125 §6.4.3: the wildcard is the whole left-most label and matches one label only
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && _wildcards.TryGetValue(name[(dot + 1)..], out found) ? found : byDefault;
    }

    private static string Canonical(string serverName)
    {
        string name = serverName.ToLowerInvariant();
        if (name.EndsWith('.'))
        {
            name = name[..^1];
        }

        if (name.All(char.IsAscii))
        {
            return name;
        }

        try
        {
            return Idn.GetAscii(name);
        }
        catch (ArgumentException)
        {
            // not a name that any certificate could have
            return name;
        }
    }
}
