using System.Net;

namespace Ropewalk.Endpoints.ProxyProtocol;

/// <summary>Lists who may say on whose behalf it connects: networks, addresses, and <c>unix</c> for what has no address.</summary>
public sealed class TrustedSenders
{
    // sockets without an address can be reached by local processes only
    private const string Local = "unix";

    private readonly IPNetwork[] _networks;
    private readonly bool _trustsLocal;

    private TrustedSenders(IPNetwork[] networks, bool trustsLocal)
    {
        _networks = networks;
        _trustsLocal = trustsLocal;
    }

    /// <summary>Parses the list.</summary>
    /// <param name="items">Each <c>10.0.0.0/8</c>, <c>fd00::/8</c>, <c>192.0.2.1</c> or <c>unix</c>.</param>
    /// <exception cref="FormatException">An item is none of these.</exception>
    public static TrustedSenders Parse(IEnumerable<string> items)
    {
        string[] all = [.. items];
        return new TrustedSenders([.. all.Where(item => item != Local).Select(ParseNetwork)], all.Contains(Local));
    }

    /// <summary>Tells whether an item can be parsed.</summary>
    public static bool IsItem(string item) => item == Local || IPNetwork.TryParse(item, out _) || IPAddress.TryParse(item, out _);

    /// <summary>Tells whether a sender is trusted.</summary>
    /// <param name="sender">Its address; null where it has none.</param>
    public bool Contains(EndPoint? sender)
    {
        if (sender is not IPEndPoint ip)
        {
            return _trustsLocal;
        }

        IPAddress address = ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address;
        return Array.Exists(_networks, network => network.Contains(address));
    }

    private static IPNetwork ParseNetwork(string item) =>
        IPAddress.TryParse(item, out IPAddress? address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : IPNetwork.Parse(item);
}
