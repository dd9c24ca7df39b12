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

        bool isNumbered = NumberedMnemonic.TryParse(text, "CLASS"u8, out ushort number);
        type = (DnsClass)number;
        return isNumbered;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out DnsClass)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out DnsClass type) => NumberedMnemonic.TryParse(text, static (ReadOnlySpan<byte> bytes, out DnsClass found) => TryParse(bytes, out found), out type);
}
