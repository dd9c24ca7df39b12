using System.Collections.Frozen;
using System.Text;

namespace Ropewalk.Dns.Wire;

/// <summary>Spells the types of records: by their mnemonics, or <c>TYPE731</c>. <b>Spec</b>: RFC 3597 §5.</summary>
public static class DnsTypes
{
    private static readonly FrozenDictionary<ushort, string> Mnemonics = Enum.GetValues<DnsType>().Where(type => type != DnsType.None)
        .ToFrozenDictionary(type => (ushort)type, type => type == DnsType.NSAPPTR ? "NSAP-PTR" : type.ToString());

    private static readonly FrozenDictionary<string, DnsType> Types = Mnemonics.ToFrozenDictionary(pair => pair.Value, pair => (DnsType)pair.Key, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, DnsType>.AlternateLookup<ReadOnlySpan<char>> TypesBySpan = Types.GetAlternateLookup<ReadOnlySpan<char>>();

    // The same for the mnemonics of up to eight letters, packed into a number: a zone has one in each line.
    private static readonly FrozenDictionary<ulong, DnsType> TypesByPacked = Mnemonics.Where(pair => pair.Value.Length <= 8)
        .ToFrozenDictionary(pair => Pack(Encoding.ASCII.GetBytes(pair.Value)), pair => (DnsType)pair.Key);

    // RFC 6895 §3.1: 128 to 255 are questions and what is only in messages; OPT has its number from before.
    private const int FirstMeta = 128;
    private const int LastMeta = 255;

    /// <summary>Gets the mnemonic, or <c>TYPE</c> and the number.</summary>
    public static string Mnemonic(this DnsType type) => Mnemonics.TryGetValue((ushort)type, out string? name) ? name : $"TYPE{(ushort)type}";

    /// <summary>Says whether records of a type are never in a zone: OPT, TSIG, TKEY, and the types of questions. <b>Spec</b>: RFC 6895 §3.1.</summary>
    public static bool IsMeta(this DnsType type) => type == DnsType.OPT || (ushort)type is 0 or >= FirstMeta and <= LastMeta;

    /// <summary>Parses a mnemonic, in whatever case, or <c>TYPE</c> and a number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DnsType type)
    {
        type = DnsType.None;
        if (text.Length is 0 or > NumberedMnemonic.MostChars)
        {
            return false;
        }

        if (text.Length <= 8 && TypesByPacked.TryGetValue(Pack(text), out type))
        {
            return true;
        }

        Span<char> chars = stackalloc char[NumberedMnemonic.MostChars];
        Encoding.Latin1.GetChars(text, chars);
        if (TypesBySpan.TryGetValue(chars[..text.Length], out type))
        {
            return true;
        }

        bool isNumbered = NumberedMnemonic.TryParse(text, "TYPE"u8, out ushort number);
        type = (DnsType)number;
        return isNumbered;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out DnsType)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out DnsType type) => NumberedMnemonic.TryParse(text, static (ReadOnlySpan<byte> bytes, out DnsType found) => TryParse(bytes, out found), out type);

    private static ulong Pack(ReadOnlySpan<byte> text)
    {
        ulong packed = 0;
        foreach (byte value in text)
        {
            packed = (packed << 8) | value;
        }

        return NameHash.LowerCase(packed);
    }
}
