using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Makes the messages that dig sends.</summary>
internal static class DigQuestion
{
    private const int OptionHeaderBytes = 4;

    /// <summary>Makes a message.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="name">The name.</param>
    /// <param name="cookie">The cookies, or null.</param>
    /// <param name="isStream">Whether it goes over a stream.</param>
    public static DnsMessage Make(DigRequest request, DomainName name, byte[]? cookie, bool isStream)
    {
        DnsHeader header = new(request.Id ?? BitConverter.ToUInt16(RandomNumberGenerator.GetBytes(2)), request.HeaderBits)
        {
            Opcode = request.Opcode,
            RecursionDesired = request.Query.RecursionDesired,
            AuthenticData = request.Query.AuthenticData,
            CheckingDisabled = request.Query.CheckingDisabled,
        };
        OptRecord? opt = request.Query.UsesEdns ? new OptRecord(request.DatagramBytes, request.EdnsVersion, request.Query.DnssecOk, [.. Options(request, cookie, isStream)]) : null;
        DnsMessage message = new(header, request.IsHeaderOnly ? [] : [new DnsQuestion(name, request.Type, request.Query.Class)], Opt: opt);
        return Count(opt is not null && request.PaddingBlockBytes > 0 ? Pad(message, opt, request.PaddingBlockBytes) : message);
    }

    // What is shown of it has counts, as what is received has.
    private static DnsMessage Count(DnsMessage message)
    {
        byte[] bytes = message.Encode(NameCompression.None);
        DnsHeader.Decode(bytes, out DnsHeader header);
        return message with { Header = header, SizeBytes = bytes.Length };
    }

    // In dig's order.
    private static IEnumerable<OptOption> Options(DigRequest request, byte[]? cookie, bool isStream)
    {
        if (request.Query.RequestsNsid)
        {
            yield return new(EdnsOptionCode.Nsid, default);
        }

        if (request.Query.ClientSubnet is { } subnet)
        {
            yield return new(EdnsOptionCode.ClientSubnet, Subnet(subnet));
        }

        if (cookie is not null)
        {
            yield return new(EdnsOptionCode.Cookie, cookie);
        }

        if (request.RequestsExpire)
        {
            yield return new(EdnsOptionCode.Expire, default);
        }

        // RFC 7828 §3.2.1: only on streams.
        if (request.RequestsKeepalive && isStream)
        {
            yield return new(EdnsOptionCode.TcpKeepalive, default);
        }

        foreach (OptOption option in request.Options)
        {
            yield return option;
        }
    }

    // RFC 7871 §6: family, prefix, zero in a query, and no more bytes of the address than the prefix has.
    private static byte[] Subnet(IPNetwork subnet)
    {
        byte[] address = subnet.BaseAddress.GetAddressBytes();
        byte family = subnet.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? (byte)1 : (byte)2;
        return [0, family, (byte)subnet.PrefixLength, 0, .. address[..((subnet.PrefixLength + 7) / 8)]];
    }

    private static DnsMessage Pad(DnsMessage message, OptRecord opt, int blockBytes)
    {
        int length = message.Encode(NameCompression.None).Length + OptionHeaderBytes;
        byte[] zeros = new byte[(blockBytes - (length % blockBytes)) % blockBytes];
        return message with { Opt = opt with { Options = [.. opt.Options, new OptOption(EdnsOptionCode.Padding, zeros)] } };
    }
}
