using System.Buffers.Text;
using System.Text;

namespace Ropewalk.Dns.Wire;

/// <summary>Spells the classes of records: by their mnemonics, or <c>CLASS32</c>. <b>Spec</b>: RFC 3597 §5.</summary>
public static class DnsClasses
{
    /// <summary>Gets the mnemonic, or <c>CLASS</c> and the number.</summary>
    public static string Mnemonic(this DnsClass type) => type switch
    {
        DnsClass.IN => "IN",
        DnsClass.CH => "CH",
        DnsClass.HS => "HS",
        DnsClass.NONE => "NONE",
        DnsClass.ANY => "ANY",
        _ => $"CLASS{(ushort)type}",
    };

    /// <summary>Parses a mnemonic, in whatever case, or <c>CLASS</c> and a number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DnsClass type)
    {
        type = text.Length switch
        {
            2 when Ascii.EqualsIgnoreCase(text, "IN"u8) => DnsClass.IN,
            2 when Ascii.EqualsIgnoreCase(text, "CH"u8) => DnsClass.CH,
            2 when Ascii.EqualsIgnoreCase(text, "HS"u8) => DnsClass.HS,
            3 when Ascii.EqualsIgnoreCase(text, "ANY"u8) => DnsClass.ANY,
            4 when Ascii.EqualsIgnoreCase(text, "NONE"u8) => DnsClass.NONE,
            _ => DnsClass.None,
        };
        if (type != DnsClass.None)
        {
            return true;
        }

        if (text.Length > 5 && Ascii.EqualsIgnoreCase(text[..5], "CLASS"u8) && Utf8Parser.TryParse(text[5..], out ushort number, out int used) && used == text.Length - 5)
        {
            type = (DnsClass)number;
            return true;
        }

        return false;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out DnsClass)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out DnsClass type)
    {
        type = DnsClass.None;
        Span<byte> bytes = stackalloc byte[10];
        return text.Length <= 10 && Ascii.FromUtf16(text, bytes, out int length) == System.Buffers.OperationStatus.Done && TryParse(bytes[..length], out type);
    }
}
