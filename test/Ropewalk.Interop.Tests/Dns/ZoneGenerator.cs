using System.Globalization;
using System.Text;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Makes small zones of a seed that are dense in the odd cases of the lookup.</summary>
/// <remarks>
/// For each way of signing there is a family of zones: one in the middle, <c>v.test</c>; a child of it that is served too, <c>kid.v.test</c>; a grandchild whose parent is not,
/// <c>far.away.v.test</c>; a sister, <c>v-sister.test</c>; and one with records below a DNAME, <c>v-hidden.test</c>. Names are made of few labels, so that they meet.
/// </remarks>
internal sealed class ZoneGenerator(int seed)
{
    private static readonly string[] Labels = ["a", "b", "c", "Www", "ns", "*", "*", "x\\.y", "q\\000\\255", "\\\"s\\;", "-", "_tcp"];
    private static readonly string Longest = new('l', 63);

    private readonly Random _random = new(seed);
    private readonly SortedDictionary<string, List<string>> _records = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _closed = new(StringComparer.OrdinalIgnoreCase);
    private string _apex = "";
    private string[] _family = [];

    /// <summary>Makes the zones.</summary>
    public IReadOnlyList<GeneratedZone> Generate()
    {
        List<GeneratedZone> zones = [];
        foreach (ZoneSigning signing in Enum.GetValues<ZoneSigning>())
        {
            string middle = $"v{(int)signing}.test.", sister = $"v{(int)signing}-sister.test.", hidden = $"v{(int)signing}-hidden.test.";
            _family = [middle, $"kid.{middle}", $"far.away.{middle}", sister, hidden];
            foreach (string apex in _family)
            {
                zones.Add(GenerateOne(apex, signing, names: apex == middle ? 60 : 25));
            }
        }

        return zones;
    }

    private GeneratedZone GenerateOne(string apex, ZoneSigning signing, int names)
    {
        _apex = apex;
        _records.Clear();
        _closed.Clear();
        AddApex();
        if (apex == _family[0])
        {
            AddCut("kid." + apex, hasSigner: signing != ZoneSigning.None && _random.Next(2) == 0);
            AddCut("away." + apex, hasSigner: _random.Next(2) == 0);
        }

        for (int i = 0; i < names; i++)
        {
            AddName();
        }

        if (apex == _family[^1])
        {
            AddHidden();
        }

        var text = new StringBuilder("$TTL 3600\n");
        foreach ((string owner, List<string> records) in _records)
        {
            foreach (string record in records)
            {
                text.Append(owner).Append(' ').Append(record).Append('\n');
            }
        }

        return new(apex, signing, text.ToString(), [.. _records.Keys]);
    }

    private void AddApex()
    {
        // An alias for all that is below leaves no room for a name server of the zone's own.
        bool isAlias = Chance(6) && _apex != _family[0] && _apex != _family[^1];
        string server = isAlias ? "ns.nobody.example." : "ns." + _apex;
        Add(_apex, $"{Pick(60, 600, 86400)} SOA {server} Host\\.Master.{_apex} 1 7200 900 604800 {Pick(60, 300, 7200)}");
        Add(_apex, "NS " + server);
        AddSome(_apex);
        if (isAlias)
        {
            Add(_apex, "DNAME " + Target());
            CloseBelow(_apex);
            return;
        }

        Add(server, "A 192.0.2.53");
        if (Chance(2))
        {
            Add(_apex, "NS ns2.nobody.example.");
        }
    }

    private void AddName()
    {
        string owner = Owner();
        if (_records.ContainsKey(owner) || IsClosed(owner))
        {
            return;
        }

        bool isWildcard = owner.StartsWith("*.", StringComparison.Ordinal);
        int kind = _random.Next(100);
        if (kind < 22)
        {
            Add(owner, "CNAME " + Target());
        }
        else if (kind < 30 && !isWildcard && HasNothingBelow(owner))
        {
            Add(owner, "DNAME " + Target());
            if (Chance(3))
            {
                AddSome(owner);
            }

            CloseBelow(owner);
        }
        else if (kind < 45 && !isWildcard)
        {
            AddCut(owner, Chance(2));
        }
        else if (kind < 49)
        {
            AddBig(owner);
        }
        else
        {
            AddSome(owner);
        }
    }

    private void AddCut(string owner, bool hasSigner)
    {
        if (_records.ContainsKey(owner) || IsClosed(owner))
        {
            return;
        }

        int servers = _random.Next(1, Chance(6) ? 12 : 4);
        for (int i = 0; i < servers; i++)
        {
            string server = _random.Next(5) switch
            {
                0 or 1 => $"n{i}.{owner}",
                2 => $"n.c.{owner}",
                3 => $"ns.{_apex}",
                _ => Target(),
            };
            Add(owner, "NS " + server);
            if (server.EndsWith("." + owner, StringComparison.OrdinalIgnoreCase) && !Chance(6))
            {
                Add(server, "A 192.0.2." + i);
                if (Chance(2))
                {
                    Add(server, "AAAA 2001:db8::" + i);
                }
            }
        }

        if (hasSigner)
        {
            Add(owner, $"DS {_random.Next(65536)} 13 2 " + string.Concat(Enumerable.Range(0, 32).Select(_ => _random.Next(256).ToString("X2", CultureInfo.InvariantCulture))));
        }

        // What is hidden by the cut: names, a wildcard, an alias, another cut.
        string[] hidden = ["TXT \"hidden\"", "CNAME " + Target(), "NS n." + owner, "A 192.0.2.99", "DNAME " + Target()];
        for (int i = _random.Next(3); i > 0; i--)
        {
            string below = $"{Pick("*", "o", "p.o", "A")}.{owner}";
            if (!_records.ContainsKey(below) && !_records.Keys.Any(name => name.EndsWith("." + below, StringComparison.OrdinalIgnoreCase)) && !IsClosed(below))
            {
                Add(below, hidden[below.StartsWith('*') ? 0 : _random.Next(hidden.Length)]);
                CloseBelow(below);
            }
        }

        CloseBelow(owner);
    }

    private void AddSome(string owner)
    {
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            Add(owner, _random.Next(15) switch
            {
                0 or 1 => "A 192.0.2." + _random.Next(3),
                2 => "AAAA 2001:db8::" + _random.Next(3),
                3 => $"{Pick(5, 50)} TXT \"t{_random.Next(3)}\" \"{new string('t', Pick(1, 255))}\"",
                4 => "MX 10 " + Target(),
                5 => "SRV 0 0 1 " + Target(),
                6 => "TYPE65280 \\# 3 010203",
                7 => "CAA 0 issue \"ca.test\"",
                8 => $"HTTPS 1 {Pick(".", Target())} alpn=h2",
                9 => "PTR " + Target(),
                10 => "SVCB 0 " + Target(),
                11 => "TYPE999 \\# 0",
                12 or 13 => Rare(),
                _ => "NAPTR 1 1 \"s\" \"x\" \"\" " + Target(),
            });
        }
    }

    // Types that one seldom meets: those with names, which may be compressed (RFC 3597 §4) or not, and texts that are hard to read.
    private string Rare() => _random.Next(22) switch
    {
        0 => $"MINFO {Target()} {Target()}",
        // NSD 4.6 takes the escapes of a gateway for the bytes themselves.
        1 => $"IPSECKEY 10 3 2 gateway.{_apex} AQIDBA==",
        2 => "DHCID AQIDBA==",
        3 => $"NAPTR 65535 0 \"\" \"E2U+sip\" \"!^(.*)$!sip:\\\\1@x;(y!\" {Target()}",
        4 => $"RP {Target()} {Target()}",
        5 => "AFSDB 1 " + Target(),
        6 => "RT 10 " + Target(),
        7 => "L64 10 2001:1db8:1140:1000",
        8 => "KX 10 " + Target(),
        9 => "LP 10 " + Target(),
        10 => "HINFO \"a\\\"b\\\\c\" \"\\000\\;\\255 \"",
        11 => "LOC 52 22 23.000 N 4 53 32.250 E -2.00m 1m 10000m 10.50m",
        12 => "URI 10 1 \"ftp://a.test/\\\"\\010x;y\"",
        13 => "SSHFP 4 2 " + string.Concat(Enumerable.Repeat("aB", 32)),
        14 => "TLSA 3 1 1 " + string.Concat(Enumerable.Repeat("0f", 32)),
        15 => "CERT PKIX 0 RSASHA256 AQIDBA==",
        16 => "APL 1:192.0.2.0/25 !2:2001:db8::/33 1:0.0.0.0/0",
        17 => "EUI64 00-11-22-33-44-55-66-ff",
        18 => "NID 10 1014:4fff:ff20:ee64",
        19 => $"HTTPS 1 {Target()} mandatory=alpn,port alpn=\"h3,h2\" port=8443 ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=::1 key65000=\"a\\\"b\\000\"",
        20 => $"SVCB 16 {Target()} no-default-alpn alpn=x ech=AQIDBA==",
        _ => "TXT \"\" \"(;\" unquoted\\ \\;\\(\\\"x \"tab\\009\\127\"",
    };

    private void AddBig(string owner)
    {
        int count = _random.Next(5, 80);
        for (int i = 0; i < count; i++)
        {
            Add(owner, (count % 3) switch { 0 => "A 192.0.3." + i, 1 => $"TXT \"{new string('b', count)}{i}\"", _ => $"MX {i} {Pick("ns", "a", "b.c")}.{_apex}" });
        }
    }

    private void AddHidden()
    {
        string owner = "dn." + _apex;
        if (IsClosed(owner) || _records.Keys.Any(name => name.EndsWith(owner, StringComparison.OrdinalIgnoreCase)))
        {
            return;
        }

        Add(owner, "DNAME " + Target());
        Add("a." + owner, "A 192.0.2.1");
        Add("*.b." + owner, "TXT \"hidden\"");
        Add("c." + owner, "NS ns." + _apex);
    }

    private string Owner()
    {
        string name = _apex;
        // Below a name that is there, often: so that trees grow.
        if (Chance(2) && _records.Keys.ElementAt(_random.Next(_records.Count)) is var above && !IsClosed(above) && above.Length < 150)
        {
            name = above;
        }

        for (int depth = Pick(1, 1, 1, 2, 2, 3, Chance(12) ? 8 : 1); depth > 0; depth--)
        {
            name = (Chance(40) && name.Length < 120 ? Longest : Labels[_random.Next(Labels.Length)]) + "." + name;
        }

        return name;
    }

    // Where names lead to: names that are there, or not, here and in the other zones, below cuts and DNAMEs, and elsewhere.
    private string Target()
    {
        string zone = _random.Next(8) switch { < 5 => _apex, 7 => "nobody.example.", _ => _family[_random.Next(_family.Length - 1)] };
        return _random.Next(12) switch
        {
            0 => zone,
            1 => "ns." + zone,
            2 or 3 or 4 when zone == _apex && _records.Count > 0 => _records.Keys.ElementAt(_random.Next(_records.Count)),
            5 when zone == _apex && _records.Count > 0 => "z." + _records.Keys.ElementAt(_random.Next(_records.Count)),
            6 => $"n0.{Labels[_random.Next(Labels.Length)]}.{zone}",
            7 when Chance(4) => $"{Longest}.{Longest}.{Longest}.{zone}",
            _ => $"{Labels[_random.Next(Labels.Length)]}.{(Chance(2) ? Labels[_random.Next(Labels.Length)] + "." : "")}{zone}",
        };
    }

    private void Add(string owner, string record)
    {
        if (!_records.TryGetValue(owner, out List<string>? there))
        {
            _records[owner] = there = [];
        }

        // An alias stands alone: glue may be wanted where one is already.
        if (there.Any(other => other.StartsWith("CNAME ", StringComparison.Ordinal)))
        {
            return;
        }

        // one TTL for a record set
        string type = record.Split(' ').First(word => char.IsAsciiLetterUpper(word[0]));
        if (type != "SOA" && there.FirstOrDefault(other => other.Split(' ').First(word => char.IsAsciiLetterUpper(word[0])) == type) is { } same && char.IsAsciiDigit(same[0]) != char.IsAsciiDigit(record[0]))
        {
            return;
        }

        if (char.IsAsciiDigit(record[0]) && type == "TXT")
        {
            record = "50 " + record[(record.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        }

        if (!there.Contains(record))
        {
            there.Add(record);
        }
    }

    private void CloseBelow(string owner) => _closed.Add(owner);

    // Nothing more is put below a cut, a DNAME, or at them.
    private bool IsClosed(string owner) => _closed.Any(above => owner.Equals(above, StringComparison.OrdinalIgnoreCase) || owner.EndsWith("." + above, StringComparison.OrdinalIgnoreCase));

    private bool HasNothingBelow(string owner) => !_records.Keys.Any(name => name.EndsWith("." + owner, StringComparison.OrdinalIgnoreCase));

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];
}
