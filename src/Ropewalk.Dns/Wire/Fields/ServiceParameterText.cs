using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Ropewalk.Dns.Wire.Records;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Knows the keys of service parameters and the text of their values. <b>Spec</b>: RFC 9460 §2.1, §7, §8.</summary>
internal static class ServiceParameterText
{
    private static readonly string[] Keys = ["mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath", "ohttp"];

    public static string NameOf(ServiceParameterKey key) => (int)key < Keys.Length ? Keys[(int)key] : $"key{(ushort)key}";

    public static bool TryParseKey(ReadOnlySpan<byte> text, out ServiceParameterKey key)
    {
        for (int i = 0; i < Keys.Length; i++)
        {
            if (Ascii.Equals(text, Keys[i]))
            {
                key = (ServiceParameterKey)i;
                return true;
            }
        }

        key = default;
        // RFC 9460 §2.1: no leading zeros; key65535 is reserved, and never a key.
        if (text.Length > 3 && text.StartsWith("key"u8) && Utf8Parser.TryParse(text[3..], out ushort number, out int used) && used == text.Length - 3 && (text[3] != '0' || used == 1) && number != ushort.MaxValue)
        {
            key = (ServiceParameterKey)number;
            return true;
        }

        return false;
    }

    /// <summary>Parses a value whose escapes have been decoded; null if it is malformed.</summary>
    public static byte[]? ParseValue(ServiceParameterKey key, ReadOnlySpan<byte> text, bool hasValue) => key switch
    {
        ServiceParameterKey.Mandatory => ParseMandatory(text),
        ServiceParameterKey.Alpn => ParseProtocols(text),
        ServiceParameterKey.NoDefaultAlpn or ServiceParameterKey.Ohttp => hasValue ? null : [],
        ServiceParameterKey.Port => Utf8Parser.TryParse(text, out ushort port, out int used) && used == text.Length ? [(byte)(port >> 8), (byte)port] : null,
        ServiceParameterKey.Ipv4Hint => ParseAddresses(text, 4),
        ServiceParameterKey.Ipv6Hint => ParseAddresses(text, 16),
        ServiceParameterKey.Ech => ParseBase64(text),
        ServiceParameterKey.DohPath => text.Length > 0 ? text.ToArray() : null,
        _ => text.ToArray(),
    };

    /// <summary>Checks a value in wire form.</summary>
    public static bool IsValue(ServiceParameterKey key, ReadOnlySpan<byte> value)
    {
        switch (key)
        {
            case ServiceParameterKey.Mandatory:
                return IsMandatory(value);
            case ServiceParameterKey.Alpn:
                return IsProtocols(value);
            case ServiceParameterKey.NoDefaultAlpn or ServiceParameterKey.Ohttp:
                return value.Length == 0;
            case ServiceParameterKey.Port:
                return value.Length == 2;
            case ServiceParameterKey.Ipv4Hint:
                return value.Length > 0 && value.Length % 4 == 0;
            case ServiceParameterKey.Ipv6Hint:
                return value.Length > 0 && value.Length % 16 == 0;
            case ServiceParameterKey.Ech or ServiceParameterKey.DohPath:
                return value.Length > 0;
            default:
                return true;
        }
    }

    public static void PrintValue(ServiceParameterKey key, ReadOnlySpan<byte> value, ref RdataPrinter printer)
    {
        switch (key)
        {
            case ServiceParameterKey.Mandatory:
                for (int i = 0; i < value.Length; i += 2)
                {
                    printer.Put(i > 0 ? ","u8 : ""u8);
                    printer.Put(NameOf((ServiceParameterKey)BinaryPrimitives.ReadUInt16BigEndian(value[i..])));
                }

                break;
            case ServiceParameterKey.Alpn:
                PrintProtocols(value, ref printer);
                break;
            case ServiceParameterKey.Port:
                printer.PutNumber(BinaryPrimitives.ReadUInt16BigEndian(value));
                break;
            case ServiceParameterKey.Ipv4Hint or ServiceParameterKey.Ipv6Hint:
                int bytes = key == ServiceParameterKey.Ipv4Hint ? 4 : 16;
                for (int i = 0; i < value.Length; i += bytes)
                {
                    printer.Put(i > 0 ? ","u8 : ""u8);
                    AddressField.Put(value.Slice(i, bytes), ref printer);
                }

                break;
            case ServiceParameterKey.Ech:
                printer.PutBase64(value);
                break;
            default:
                printer.Put("\""u8);
                printer.PutEscaped(value);
                printer.Put("\""u8);
                break;
        }
    }

    private static byte[]? ParseMandatory(ReadOnlySpan<byte> text)
    {
        SortedSet<ushort> keys = [];
        foreach (Range range in text.Split((byte)','))
        {
            // RFC 9460 §8: each once, and mandatory itself not.
            if (!TryParseKey(text[range], out ServiceParameterKey key) || key == ServiceParameterKey.Mandatory || !keys.Add((ushort)key))
            {
                return null;
            }
        }

        return [.. keys.SelectMany(key => new[] { (byte)(key >> 8), (byte)key })];
    }

    // RFC 9460 §7.1.1: in a value-list a comma or a backslash inside of an item has another backslash before it.
    private static byte[]? ParseProtocols(ReadOnlySpan<byte> text)
    {
        List<byte> value = [0];
        int begin = 0;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] == (byte)',')
            {
                int length = value.Count - begin - 1;
                if (length is 0 or > byte.MaxValue)
                {
                    return null;
                }

                value[begin] = (byte)length;
                begin = value.Count;
                if (i < text.Length)
                {
                    value.Add(0);
                }

                continue;
            }

            if (text[i] == (byte)'\\' && ++i == text.Length)
            {
                return null;
            }

            value.Add(text[i]);
        }

        return [.. value];
    }

    private static byte[]? ParseAddresses(ReadOnlySpan<byte> text, int bytes)
    {
        List<byte> value = [];
        Span<byte> address = stackalloc byte[16];
        foreach (Range range in text.Split((byte)','))
        {
            if (!AddressField.TryParse(text[range], bytes, address))
            {
                return null;
            }

            value.AddRange(address[..bytes]);
        }

        return [.. value];
    }

    private static byte[]? ParseBase64(ReadOnlySpan<byte> text)
    {
        byte[] bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return text.Length > 0 && Base64.DecodeFromUtf8(text, bytes, out _, out int written) == System.Buffers.OperationStatus.Done ? bytes[..written] : null;
    }

    private static bool IsMandatory(ReadOnlySpan<byte> value)
    {
        int last = 0;
        for (int i = 0; i + 2 <= value.Length; i += 2)
        {
            int key = BinaryPrimitives.ReadUInt16BigEndian(value[i..]);
            if (key <= last)
            {
                return false;
            }

            last = key;
        }

        return value.Length > 0 && value.Length % 2 == 0;
    }

    private static bool IsProtocols(ReadOnlySpan<byte> value)
    {
        int at = 0;
        while (at < value.Length && value[at] > 0)
        {
            at += value[at] + 1;
        }

        return at > 0 && at == value.Length;
    }

    private static void PrintProtocols(ReadOnlySpan<byte> value, ref RdataPrinter printer)
    {
        Span<byte> escaped = stackalloc byte[2 * byte.MaxValue];
        printer.Put("\""u8);
        for (int at = 0; at < value.Length; at += value[at] + 1)
        {
            int written = 0;
            foreach (byte letter in value.Slice(at + 1, value[at]))
            {
                if (letter is (byte)',' or (byte)'\\')
                {
                    escaped[written++] = (byte)'\\';
                }

                escaped[written++] = letter;
            }

            printer.Put(at > 0 ? ","u8 : ""u8);
            printer.PutEscaped(escaped[..written]);
        }

        printer.Put("\""u8);
    }
}
