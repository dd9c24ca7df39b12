using System.Globalization;
using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Edns;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Writes the options of EDNS as dig does.</summary>
internal static class DigEdnsText
{
    /// <summary>Writes an option.</summary>
    /// <param name="option">The option.</param>
    /// <param name="isAnswer">Whether a server has sent it.</param>
    public static string Of(OptOption option, bool isAnswer) => option.Code switch
    {
        EdnsOptionCode.Cookie => $"COOKIE: {option.Value}{(!isAnswer ? "" : option.Value.Length > EdnsCookie.ClientBytes ? " (good)" : " (echoed)")}",
        EdnsOptionCode.Nsid => option.Value.Length == 0 ? "NSID:" : $"NSID: {Hex(option.Value)} (\"{Printable(option.Value.Span)}\")",
        EdnsOptionCode.Padding => isAnswer ? string.Create(CultureInfo.InvariantCulture, $"PAD: ({option.Value.Length} bytes)") : "PAD:",
        EdnsOptionCode.ExtendedError when EdnsExtendedError.Decode(option.Value.Span, out EdnsExtendedError error) == DnsViolation.None =>
            string.Create(CultureInfo.InvariantCulture, $"EDE: {(ushort)error.Code} ({Words(error.Code.ToString())}){(error.Text.IsEmpty ? "" : $": ({Printable(error.Text)})")}"),
        EdnsOptionCode.ClientSubnet when EdnsClientSubnet.Decode(option.Value.Span, out EdnsClientSubnet subnet) == DnsViolation.None =>
            string.Create(CultureInfo.InvariantCulture, $"CLIENT-SUBNET: {AddressText(subnet)}/{subnet.SourcePrefix}/{subnet.ScopePrefix}"),
        EdnsOptionCode.TcpKeepalive when EdnsKeepalive.Decode(option.Value.Span, out TimeSpan? idle) == DnsViolation.None =>
            idle is { } duration ? string.Create(CultureInfo.InvariantCulture, $"TCP KEEPALIVE: {duration.TotalSeconds:0.0} secs") : "TCP KEEPALIVE",
        EdnsOptionCode.Expire when option.Value.Length is 0 or 4 => option.Value.Length == 0 ? "EXPIRE" : Expire(option.Value.Span),
        _ => string.Create(CultureInfo.InvariantCulture, $"OPT={(ushort)option.Code}{(option.Value.Length == 0 ? "" : $": {Hex(option.Value)} (\"{Printable(option.Value.Span)}\")")}"),
    };

    private static string Expire(ReadOnlySpan<byte> value)
    {
        uint seconds = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(value);
        return string.Create(CultureInfo.InvariantCulture, $"EXPIRE: {seconds} ({DigDurations.Long(seconds)})");
    }

    private static string Hex(Octets value) => string.Join(' ', value.Span.ToArray().Select(octet => octet.ToString("x2", CultureInfo.InvariantCulture)));

    // Their names in RFC 8914 are these words.
    private static string Words(string name) =>
        string.Concat(name.Select((letter, at) => at > 0 && char.IsUpper(letter) ? $" {letter}" : $"{letter}")).Replace("Dnssec", "DNSSEC", StringComparison.Ordinal).Replace("Dnskey", "DNSKEY", StringComparison.Ordinal)
            .Replace("Name Error", "NXDOMAIN", StringComparison.Ordinal).Replace("Rrsigs", "RRSIGs", StringComparison.Ordinal).Replace("Nsec ", "NSEC ", StringComparison.Ordinal)
            .Replace("Unsupported Key", "Unsupported DNSKEY", StringComparison.Ordinal).Replace("Unsupported Digest", "Unsupported DS Digest Type", StringComparison.Ordinal);

    private static System.Net.IPAddress AddressText(in EdnsClientSubnet subnet)
    {
        byte[] whole = new byte[subnet.Family == 1 ? 4 : 16];
        subnet.Address.CopyTo(whole);
        return new System.Net.IPAddress(whole);
    }

    // What a server says goes to a terminal: nothing but printable characters.
    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new();
        foreach (byte octet in bytes)
        {
            text.Append(octet is >= 0x20 and < 0x7f ? (char)octet : '.');
        }

        return text.ToString();
    }
}
