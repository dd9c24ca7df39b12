using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Is the address of a network interface: the rdata that EUI48 and EUI64 share but for its length. <b>Spec</b>: RFC 7043 §3.1.</summary>
public abstract record EuiRdata : Rdata
{
    private protected EuiRdata(Octets address)
    {
        Address = address;
    }

    /// <summary>Gets the address.</summary>
    public Octets Address { get; init; }

    private protected static RecordFormat Define(DnsType type, int addressBytes, Func<Octets, EuiRdata> create) => RecordFormat.Define(
        type,
        [new GroupedHexField("address", addressBytes, 1, '-')],
        (ref RdataReader reader) => create(reader.Take(addressBytes)));

    private protected sealed override void Write(RdataWriter writer) => writer.Bytes(Address);
}
