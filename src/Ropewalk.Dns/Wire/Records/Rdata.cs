using System.Buffers;
using System.Text;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Is the rdata of one record as a value of its type. Two are equal if their fields are; names are compared without regard to case.</summary>
public abstract record Rdata
{
    private protected Rdata()
    {
    }

    /// <summary>Gets the description of the type.</summary>
    public abstract RecordFormat Format { get; }

    /// <summary>Gets the type.</summary>
    public virtual DnsType Type => Format.Type;

    /// <summary>Parses rdata as a master file has it; names without a dot at their end are absolute too.</summary>
    /// <exception cref="FormatException">It is no rdata of the type; the message says why.</exception>
    public static Rdata Parse(DnsType type, string text)
    {
        RecordFormat format = RecordFormat.Of(type);
        if (!format.TryParse(text, out byte[]? bytes, out MasterFileViolation violation))
        {
            throw new FormatException($"\"{text}\" is no {type.Mnemonic()} record: {violation.Describe()}.");
        }

        format.Create(bytes, out Rdata? rdata);
        return rdata!;
    }

    /// <summary>Encodes the value, its names not compressed.</summary>
    /// <exception cref="ArgumentException">A field has a value that the type forbids, or the rdata would be longer than 65,535 bytes.</exception>
    public byte[] Encode()
    {
        RdataWriter writer = new();
        Write(writer);
        ReadOnlySpan<byte> rdata = writer.Written;
        DnsViolation violation = rdata.Length > DnsLimits.RdataBytes ? DnsViolation.RdataTrailing : Format.Check(rdata);
        return violation == DnsViolation.None ? rdata.ToArray() : throw new ArgumentException($"This is no {Type.Mnemonic()} record: {violation}.");
    }

    /// <summary>Prints the value as a master file has it.</summary>
    public sealed override string ToString()
    {
        ArrayBufferWriter<byte> text = new();
        Format.Print(Encode(), text);
        return Encoding.ASCII.GetString(text.WrittenSpan);
    }

    private protected abstract void Write(RdataWriter writer);
}
