using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Ropewalk.Dns.Wire;

namespace Ropewalk.Dns.Client;

/// <summary>Makes the name that an address's names are found under.</summary>
public static class ReverseName
{
    /// <summary>Makes <c>4.3.2.1.in-addr.arpa.</c> of 1.2.3.4, and for IPv6 a label for each half of a byte below <c>ip6.arpa.</c> <b>Spec</b>: RFC 1035 §3.5; RFC 3596 §2.5.</summary>
    public static DomainName Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        StringBuilder name = new();
        foreach (byte value in address.GetAddressBytes().Reverse())
        {
            if (address.AddressFamily == AddressFamily.InterNetwork)
            {
                name.Append(CultureInfo.InvariantCulture, $"{value}.");
            }
            else
            {
                name.Append(CultureInfo.InvariantCulture, $"{value & 0xf:x}.{value >> 4:x}.");
            }
        }

        return DomainName.Parse(name.Append(address.AddressFamily == AddressFamily.InterNetwork ? "in-addr.arpa." : "ip6.arpa.").ToString());
    }
}
