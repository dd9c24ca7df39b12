using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Holds the descriptions of the record types; each file of a type puts its own in when the assembly is loaded.</summary>
internal static class RecordFormats
{
    private const int Direct = 512;

    private static readonly RecordFormat?[] Low = new RecordFormat?[Direct];
    private static readonly Dictionary<DnsType, RecordFormat> High = [];
    // By type, in the types of RFC 1035: how many bytes precede the names, and how many names there are.
    private static readonly (byte Leading, byte Names)[] Compressible = new (byte, byte)[32];

    public static IEnumerable<RecordFormat> All => Low.OfType<RecordFormat>().Concat(High.Values);

    public static RecordFormat? Find(DnsType type) => (int)type < Direct ? Low[(int)type] : High.GetValueOrDefault(type);

    public static bool HasCompressibleNames(DnsType type) => (int)type < 32 && Compressible[(int)type].Names != 0;

    public static bool HasDowncasedNames(DnsType type) => Find(type)?.HasDowncasedNames ?? false;

    public static (int Leading, int Names) CompressibleNames(DnsType type) => Compressible[(int)type];

    /// <summary>Puts a description in. <b>Call</b>: by the initializer of the module, before anything is looked up.</summary>
    public static void Register(RecordFormat format)
    {
        if ((int)format.Type < Direct)
        {
            Low[(int)format.Type] = format;
        }
        else
        {
            High.Add(format.Type, format);
        }

        int leading = 0, names = 0;
        foreach (RecordField field in format.Fields)
        {
            if (field is NameField { Use: NameUse.Compressed })
            {
                names++;
            }
            else if (names > 0)
            {
                break;
            }
            else
            {
                leading += field.FixedBytes;
            }
        }

        if (names > 0)
        {
            Compressible[(int)format.Type] = ((byte)leading, (byte)names);
        }
    }
}
