using System.Net;
using System.Net.Sockets;

namespace Ropewalk.Client;

/// <summary>
/// Orders addresses within a family by the precedence table of RFC 6724 §2.1. The rules that compare source addresses are the system's: its
/// resolver has applied them already, and the sort keeps its order among equals.
/// </summary>
internal static class AddressOrder
{
    // RFC 6724 §2.1, the default policy table
    private static readonly (IPNetwork Prefix, int Precedence)[] Policy =
    [
        (IPNetwork.Parse("::1/128"), 50),
        (IPNetwork.Parse("::ffff:0:0/96"), 35),
        (IPNetwork.Parse("2002::/16"), 30),
        (IPNetwork.Parse("2001::/32"), 5),
        (IPNetwork.Parse("fc00::/7"), 3),
        (IPNetwork.Parse("::/96"), 1),
        (IPNetwork.Parse("fec0::/10"), 1),
        (IPNetwork.Parse("3ffe::/16"), 1),
        (IPNetwork.Parse("::/0"), 40),
    ];

    public static IEnumerable<IPAddress> Sort(IEnumerable<IPAddress> addresses) => addresses.Distinct().OrderByDescending(Precedence);

    // the table is in the order of the prefixes' length where they overlap: the first match is the longest
    private static int Precedence(IPAddress address)
    {
        IPAddress mapped = address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6() : address;
        foreach ((IPNetwork prefix, int precedence) in Policy)
        {
            if (prefix.Contains(mapped))
            {
                return precedence;
            }
        }

        return 0;
    }
}
