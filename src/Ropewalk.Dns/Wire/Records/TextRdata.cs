using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Is a list of texts: the rdata that TXT, SPF and RESINFO share. <b>Spec</b>: RFC 1035 §3.3.14.</summary>
public abstract record TextRdata : Rdata
{
    private protected TextRdata(ValueList<Octets> texts)
    {
        Texts = texts;
    }

    /// <summary>Gets the texts, at most 255 bytes each.</summary>
    public ValueList<Octets> Texts { get; init; }

    private protected static RecordFormat Define(DnsType type, string fieldName, Func<ValueList<Octets>, TextRdata> create) => RecordFormat.Define(
        type,
        [Field.Texts(fieldName)],
        (ref RdataReader reader) => create(reader.Texts()));

    private protected sealed override void Write(RdataWriter writer) => writer.Texts(Texts);
}
