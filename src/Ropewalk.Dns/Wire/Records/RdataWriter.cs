using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using Ropewalk.Dns.Wire.Fields;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Puts the fields of a record behind each other. What does not fit into its field is an <see cref="ArgumentException"/>.</summary>
internal sealed class RdataWriter
{
    private readonly ArrayBufferWriter<byte> _output = new();

    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    public void U8(byte value) => _output.Write([value]);

    public void U16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_output.GetSpan(2), value);
        _output.Advance(2);
    }

    public void U32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_output.GetSpan(4), value);
        _output.Advance(4);
    }

    public void Duration(TimeSpan value) => U32(Seconds((long)value.TotalSeconds));

    public void Time(DateTimeOffset value) => U32(Seconds(value.ToUnixTimeSeconds()));

    public void U48(long value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((ulong)value, (1UL << 48) - 1);
        U16((ushort)(value >> 32));
        U32((uint)value);
    }

    public void Name(DomainName value) => _output.Write(value.Wire);

    public void Names(ValueList<DomainName> values)
    {
        foreach (DomainName name in values)
        {
            Name(name);
        }
    }

    public void Address(IPAddress value, int bytes)
    {
        Span<byte> address = stackalloc byte[16];
        if (!value.TryWriteBytes(address, out int written) || written != bytes)
        {
            throw new ArgumentException($"{value} is not an address of {bytes} bytes.", nameof(value));
        }

        _output.Write(address[..written]);
    }

    public void Bytes(Octets value) => _output.Write(value.Span);

    public void Counted(Octets value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, byte.MaxValue);
        U8((byte)value.Length);
        Bytes(value);
    }

    public void Counted16(Octets value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, ushort.MaxValue);
        U16((ushort)value.Length);
        Bytes(value);
    }

    public void Texts(ValueList<Octets> values)
    {
        foreach (Octets text in values)
        {
            Counted(text);
        }
    }

    public void Types(ValueList<DnsType> values)
    {
        byte[] types = new byte[TypeBitmapField.AllTypesBytes];
        foreach (DnsType type in values)
        {
            TypeBitmapField.Add(types, type);
        }

        _output.Advance(TypeBitmapField.Encode(types, _output.GetSpan(TypeBitmapField.MostBytes)));
    }

    public void Parameters(ValueList<ServiceParameter> values)
    {
        foreach (ServiceParameter parameter in values)
        {
            U16((ushort)parameter.Key);
            Counted16(parameter.Value);
        }
    }

    private static uint Seconds(long seconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seconds);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seconds, uint.MaxValue);
        return (uint)seconds;
    }
}
