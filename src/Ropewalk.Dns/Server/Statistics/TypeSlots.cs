using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Server.Statistics;

/// <summary>Numbers the types that queries are counted by one by one; all others are counted together, because a peer can ask for 65,536.</summary>
internal static class TypeSlots
{
    /// <summary>What is neither of those below.</summary>
    public const int Other = 0;

    // What resolvers ask for themselves and for their clients, what secondaries ask for, and what is asked for to be amplified.
    private static readonly DnsType[] Common =
    [
        DnsType.A, DnsType.NS, DnsType.CNAME, DnsType.SOA, DnsType.PTR, DnsType.HINFO, DnsType.MX, DnsType.TXT, DnsType.AAAA, DnsType.SRV, DnsType.NAPTR, DnsType.DNAME, DnsType.DS, DnsType.SSHFP,
        DnsType.RRSIG, DnsType.NSEC, DnsType.DNSKEY, DnsType.NSEC3PARAM, DnsType.TLSA, DnsType.CDS, DnsType.CDNSKEY, DnsType.SVCB, DnsType.HTTPS, DnsType.IXFR, DnsType.AXFR, DnsType.ANY, DnsType.URI, DnsType.CAA,
    ];

    private static readonly byte[] Slots = MakeSlots();

    /// <summary>How many numbers there are: <see cref="Other"/>, the types, and one for questions that cannot be read.</summary>
    public static int Count => Common.Length + 2;

    /// <summary>Gets the number of what cannot be read.</summary>
    public static int Unread => Common.Length + 1;

    /// <summary>Gets the number of a type.</summary>
    public static int Of(int type) => (uint)type < (uint)Slots.Length ? Slots[type] : Other;

    /// <summary>Gets the type of a number; <see cref="DnsType.None"/> for <see cref="Other"/>.</summary>
    public static DnsType TypeOf(int slot) => slot == Other ? DnsType.None : Common[slot - 1];

    private static byte[] MakeSlots()
    {
        byte[] slots = new byte[(int)Common.Max() + 1];
        for (int i = 0; i < Common.Length; i++)
        {
            slots[(int)Common[i]] = (byte)(i + 1);
        }

        return slots;
    }
}
