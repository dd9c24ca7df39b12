using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is one field of a record type's rdata: how it is checked, parsed and printed. The ready ones are in <see cref="Field"/>.</summary>
internal abstract class RecordField
{
    private protected RecordField(string name) => Name = name;

    /// <summary>Gets the field's name in the RFC.</summary>
    public string Name { get; }

    /// <summary>Gets how long the field is, if that is always the same; otherwise zero.</summary>
    public virtual int FixedBytes => 0;

    /// <summary>Checks the field that begins at a position of rdata, and steps over it.</summary>
    public abstract DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at);

    /// <summary>Says whether there is a text for the field that begins at a position of well-formed rdata. If not, the record is printed as unknown types are.</summary>
    public virtual bool HasText(ReadOnlySpan<byte> rdata, int at) => true;

    /// <summary>Parses the field from the next words.</summary>
    public abstract bool Parse(ref RdataParser parser);

    /// <summary>Prints the field that begins at a position of well-formed rdata, and steps over it.</summary>
    public abstract void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer);

    private protected static DnsViolation Step(ReadOnlySpan<byte> rdata, ref int at, int bytes)
    {
        if (rdata.Length - at < bytes)
        {
            return DnsViolation.RdataTruncated;
        }

        at += bytes;
        return DnsViolation.None;
    }
}
