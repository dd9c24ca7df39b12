using Ropewalk.Dns.Wire;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Makes questions of a seed: names of the zones, what is above, below and beside them, in any case, of any type.</summary>
internal sealed class QuestionGenerator(int seed, IReadOnlyList<GeneratedZone> zones, IReadOnlyList<DomainName> extraNames)
{
    private static readonly DnsType[] Types =
    [
        DnsType.A, DnsType.A, DnsType.A, DnsType.AAAA, DnsType.TXT, DnsType.TXT, DnsType.MX, DnsType.NS, DnsType.NS, DnsType.SOA, DnsType.CNAME, DnsType.CNAME, DnsType.DNAME, DnsType.DS, DnsType.DS, DnsType.ANY,
        DnsType.RRSIG, DnsType.NSEC, DnsType.NSEC3, DnsType.NSEC3PARAM, DnsType.DNSKEY, DnsType.SRV, DnsType.PTR, DnsType.CAA, DnsType.HTTPS, DnsType.SVCB, DnsType.NAPTR, (DnsType)65280, (DnsType)999, (DnsType)4711,
        DnsType.MINFO, DnsType.IPSECKEY, DnsType.DHCID, DnsType.RP, DnsType.AFSDB, DnsType.RT, DnsType.L64, DnsType.KX, DnsType.LP, DnsType.HINFO, DnsType.LOC, DnsType.URI, DnsType.SSHFP, DnsType.TLSA,
        DnsType.CERT, DnsType.APL, DnsType.EUI64, DnsType.NID,
    ];

    private readonly Random _random = new(seed);

    public List<DnsTestQuestion> Generate(int count)
    {
        List<DnsTestQuestion> questions = new(count);
        while (questions.Count < count)
        {
            if (TryName() is { } name)
            {
                int bytes = _random.Next(8) switch { < 2 => 0, 2 => 512, 3 => 4096, 4 => 900, _ => 1232 };
                questions.Add(new(Recase(name), Types[_random.Next(Types.Length)], bytes, bytes > 0 && _random.Next(4) != 0));
            }
        }

        return questions;
    }

    private DomainName? TryName()
    {
        if (extraNames.Count > 0 && _random.Next(100) == 0)
        {
            return extraNames[_random.Next(extraNames.Count)];
        }

        // The zone in the middle is the densest.
        GeneratedZone zone = zones[_random.Next(zones.Count)];
        if (zone.Names.Count < 45 && _random.Next(2) == 0)
        {
            return null;
        }

        var name = DomainName.Parse(zone.Names[_random.Next(zone.Names.Count)]);
        int change = _random.Next(12);
        string[] labels = ["a", "b", "*", "z", "ns", "n0", "zz", "0"];
        try
        {
            return change switch
            {
                < 5 => name,
                5 => name.Parent,
                6 => name.Parent!.Prepend(Label(labels)),
                7 => name.Prepend(Label(labels)).Prepend(Label(labels)),
                8 => name.Prepend(Label(labels)).Prepend(Label(labels)).Prepend(new byte[_random.Next(1, 64)]),
                9 when name.IsWildcard => name.Parent!.Prepend(Label(labels)).Prepend(Label(labels)),
                _ => name.Prepend(Label(labels)),
            };
        }
        catch (ArgumentException)
        {
            // longer than a name can be
            return null;
        }
    }

    private byte[] Label(string[] labels) => [.. labels[_random.Next(labels.Length)].Select(letter => (byte)letter)];

    private DomainName Recase(DomainName name)
    {
        if (_random.Next(3) != 0)
        {
            return name;
        }

        byte[] wire = name.Wire.ToArray();
        for (int at = 0; wire[at] != 0; at += wire[at] + 1)
        {
            for (int i = 1; i <= wire[at]; i++)
            {
                if (char.IsAsciiLetter((char)wire[at + i]) && _random.Next(2) == 0)
                {
                    wire[at + i] ^= 0x20;
                }
            }
        }

        Assert.Equal(DnsViolation.None, DomainName.Decode(wire, out DomainName? recased));
        return recased!;
    }
}
