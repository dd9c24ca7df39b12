using System.Buffers.Binary;
using System.Net;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Reads the fields of rdata that has been checked.</summary>
internal ref struct RdataReader(ReadOnlySpan<byte> rdata)
{
    private ReadOnlySpan<byte> _rest = rdata;

    public byte U8() => Next(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16BigEndian(Next(2));

    public uint U32() => BinaryPrimitives.ReadUInt32BigEndian(Next(4));

    public TimeSpan Duration() => TimeSpan.FromSeconds((long)U32());

    public DateTimeOffset Time() => DateTimeOffset.FromUnixTimeSeconds(U32());

    public long U48() => ((long)U16() << 32) | U32();

    public DomainName Name()
    {
        WireName.Measure(_rest, out int length);
        return DomainName.Of(Next(length));
    }

    public ValueList<DomainName> Names()
    {
        List<DomainName> names = [];
        while (_rest.Length > 0)
        {
            names.Add(Name());
        }

        return new([.. names]);
    }

    public IPAddress Address(int bytes) => new(Next(bytes));

    public Octets Take(int bytes) => new(Next(bytes));

    public Octets Counted() => new(Next(U8()));

    public Octets Counted16() => new(Next(U16()));

    public ValueList<Octets> Texts()
    {
        List<Octets> texts = [];
        while (_rest.Length > 0)
        {
            texts.Add(Counted());
        }

        return new([.. texts]);
    }

    public Octets Rest() => new(Next(_rest.Length));

    public ValueList<DnsType> Types() => new(TypeBitmapField.Decode(Next(_rest.Length)));

    public ValueList<ServiceParameter> Parameters()
    {
        List<ServiceParameter> parameters = [];
        while (_rest.Length > 0)
        {
            parameters.Add(new((ServiceParameterKey)U16(), Counted16()));
        }

        return new([.. parameters]);
    }

    private ReadOnlySpan<byte> Next(int bytes)
    {
        ReadOnlySpan<byte> next = _rest[..bytes];
        _rest = _rest[bytes..];
        return next;
    }
}
