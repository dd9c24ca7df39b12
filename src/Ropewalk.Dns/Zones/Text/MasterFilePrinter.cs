using System.Buffers;
using System.Buffers.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Records;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Zones.Text;

/// <summary>Prints records as a master file: one a line, in columns, in the order in which they come. What it prints is parsed to the same bytes again.</summary>
/// <remarks>
/// <b>Shape</b>: <c>$ORIGIN</c> and <c>$TTL</c>, then owner, TTL, class, type and rdata. Owners are relative to the origin, and left out where the line before has the same one; a TTL is
/// left out where it is that of <c>$TTL</c>. Names in rdata are absolute: a line says what it says wherever it is pasted.
/// </remarks>
public sealed class MasterFilePrinter : IRecordSink
{
    private const int OwnerColumns = 24;
    private const int TtlColumns = 8;
    private const int TypeColumns = 8;

    private readonly IBufferWriter<byte> _output;
    private readonly byte[] _origin;
    private readonly uint _defaultTtl;
    private readonly byte[] _owner = new byte[DnsLimits.NameBytes];
    private int _ownerBytes;

    /// <summary>Makes a printer, and prints its first two lines.</summary>
    /// <param name="origin">The zone's name.</param>
    /// <param name="defaultTtl">The TTL that most records have.</param>
    /// <param name="output">Where the text goes.</param>
    public MasterFilePrinter(DomainName origin, uint defaultTtl, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(origin);
        ArgumentNullException.ThrowIfNull(output);
        _origin = origin.Wire.ToArray();
        _defaultTtl = defaultTtl;
        _output = output;
        _output.Write("$ORIGIN "u8);
        PutName(_origin);
        _output.Write("\n$TTL "u8);
        PutNumber(defaultTtl);
        _output.Write("\n"u8);
    }

    /// <summary>Prints a zone: its SOA first, then all names in canonical order, each record set before its signatures.</summary>
    /// <remarks>Tens of bytes a record: a large zone is long work, and <paramref name="output"/> decides how much of it is in memory.</remarks>
    public static void Print(Zone zone, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(zone);
        bool hasSoa = zone[0].TryFind(DnsType.SOA, out ZoneRecordSet soa);
        MasterFilePrinter printer = new(zone.Apex, hasSoa ? soa.Ttl : 0, output);
        if (hasSoa)
        {
            printer.PrintSet(zone[0], soa);
        }

        for (int i = 0; i < zone.NodeCount; i++)
        {
            ZoneNode node = zone[i];
            for (int set = 0; set < node.SetCount; set++)
            {
                // What stands first is there already.
                if (i > 0 || node[set].Type != DnsType.SOA)
                {
                    printer.PrintSet(node, node[set]);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Add(scoped ReadOnlySpan<byte> owner, DnsType type, DnsClass recordClass, uint ttl, scoped ReadOnlySpan<byte> rdata, SourcePosition position = default)
    {
        int written = 0;
        // RFC 1035 §5.1: a line that begins with a blank has the owner of the one before.
        if (!owner.SequenceEqual(_owner.AsSpan(0, _ownerBytes)))
        {
            owner.CopyTo(_owner);
            _ownerBytes = owner.Length;
            written = PutOwner(owner);
        }

        Pad(OwnerColumns - written);
        Pad(TtlColumns - (ttl == _defaultTtl ? 0 : PutNumber(ttl)));
        Put(recordClass.Mnemonic());
        Pad(1);
        Pad(TypeColumns - Put(type.Mnemonic()));
        RecordFormat.Of(type, recordClass).Print(rdata, _output);
        _output.Write("\n"u8);
    }

    private void PrintSet(ZoneNode node, ZoneRecordSet set)
    {
        ZoneRecords records = set.Records;
        while (records.MoveNext())
        {
            Add(node.Owner, set.Type, node.Zone.Class, records.Ttl, records.Current);
        }

        ZoneRecords signatures = set.Signatures;
        while (signatures.MoveNext())
        {
            Add(node.Owner, DnsType.RRSIG, node.Zone.Class, signatures.Ttl, signatures.Current);
        }
    }

    private int PutOwner(ReadOnlySpan<byte> owner)
    {
        if (owner.SequenceEqual(_origin))
        {
            return Put("@");
        }

        // Only where the case is the same too: what is printed shall come back byte for byte.
        int relative = owner.Length - _origin.Length;
        if (_origin.Length == 1 || relative <= 0 || !WireName.IsWithin(owner, _origin) || !owner[relative..].SequenceEqual(_origin))
        {
            return PutName(owner);
        }

        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        owner[..relative].CopyTo(name);
        name[relative] = 0;
        Span<byte> text = _output.GetSpan(DnsLimits.NameTextBytes);
        int length = NameText.Print(name, text) - 1;
        _output.Advance(length);
        return length;
    }

    private int PutName(ReadOnlySpan<byte> name)
    {
        int length = NameText.Print(name, _output.GetSpan(DnsLimits.NameTextBytes));
        _output.Advance(length);
        return length;
    }

    private int PutNumber(uint number)
    {
        Utf8Formatter.TryFormat(number, _output.GetSpan(10), out int written);
        _output.Advance(written);
        return written;
    }

    private int Put(string ascii)
    {
        _output.Advance(System.Text.Encoding.ASCII.GetBytes(ascii, _output.GetSpan(ascii.Length)));
        return ascii.Length;
    }

    // At least one: a column that is full still ends.
    private void Pad(int columns)
    {
        int count = Math.Max(columns, 1);
        _output.GetSpan(count)[..count].Fill((byte)' ');
        _output.Advance(count);
    }
}
