using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Records;

/// <summary>Is one record as a value, for clients and tools; servers keep records as bytes.</summary>
/// <param name="Owner">The name that it belongs to.</param>
/// <param name="Class">The class.</param>
/// <param name="Ttl">How long it may be kept, in whole seconds.</param>
/// <param name="Rdata">What it says, which includes its type.</param>
public sealed record ResourceRecord(DomainName Owner, DnsClass Class, TimeSpan Ttl, Rdata Rdata)
{
    /// <summary>Gets the type.</summary>
    public DnsType Type => Rdata.Type;

    /// <summary>Parses a line of a master file: owner, TTL and class in either order (each may be left out), type, rdata.</summary>
    /// <param name="line">The line; names without a dot at their end are absolute too.</param>
    /// <exception cref="FormatException">It is no record; the message says why.</exception>
    public static ResourceRecord Parse(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        byte[] text = Encoding.UTF8.GetBytes(line);
        MasterFileTokens tokens = new(text);
        tokens.Read(out MasterFileToken token);
        DomainName owner = DomainName.Parse(token.Text, null);
        uint? ttl = null;
        DnsClass? recordClass = null;
        while (tokens.Read(out token) == MasterFileViolation.None && token.Kind == MasterFileTokenKind.Word)
        {
            if (ttl is null && MasterFileNumbers.TryParseDuration(token.Text, out uint seconds))
            {
                ttl = seconds;
            }
            else if (recordClass is null && DnsClasses.TryParse(token.Text, out DnsClass parsed))
            {
                recordClass = parsed;
            }
            else if (DnsTypes.TryParse(token.Text, out DnsType type))
            {
                return new(owner, recordClass ?? DnsClass.IN, TimeSpan.FromSeconds((long)(ttl ?? 0)), Rdata.Parse(type, Encoding.UTF8.GetString(text.AsSpan(tokens.Position))));
            }
            else
            {
                break;
            }
        }

        throw new FormatException($"\"{line}\" is no record: it has no type.");
    }

    /// <summary>Makes the value of a record in a message.</summary>
    /// <param name="view">The record; OPT is none, but what <see cref="Edns.EdnsView"/> decodes.</param>
    /// <param name="record">The value, if owner and rdata are well-formed.</param>
    public static DnsViolation Decode(in DnsRecordView view, out ResourceRecord? record)
    {
        record = null;
        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        DnsViolation violation = view.CopyOwner(name, out int length);
        if (violation != DnsViolation.None)
        {
            return violation;
        }

        DomainName owner = DomainName.Of(name[..length]);
        violation = DecodeRdata(view, out Rdata? rdata);
        if (rdata is not null)
        {
            record = new(owner, view.Class, TimeSpan.FromSeconds((long)view.Ttl), rdata);
        }

        return violation;
    }

    /// <summary>Makes the value of rdata in a message.</summary>
    internal static DnsViolation DecodeRdata(in DnsRecordView view, [NotNull] out Rdata? rdata)
    {
        rdata = new UnknownRecord(view.Type, default);
        // RFC 2136 §2.4, §2.5: in an update, records of these classes may have no rdata, whatever their type.
        if (view.RdataLength == 0 && view.Class is DnsClass.ANY or DnsClass.NONE)
        {
            return DnsViolation.None;
        }

        // Each of at most seven names may become longer by 253 bytes.
        byte[] place = System.Buffers.ArrayPool<byte>.Shared.Rent(view.RdataLength + 2048);
        DnsViolation violation = view.CopyRdata(place, out int length);
        if (violation == DnsViolation.None)
        {
            violation = RecordFormat.Of(view.Type, view.Class).Create(place.AsSpan(0, length), out Rdata? created);
            rdata = created ?? rdata;
        }

        System.Buffers.ArrayPool<byte>.Shared.Return(place);
        return violation;
    }

    /// <summary>Writes the record into a message, or says that it does not fit.</summary>
    public bool TryWrite(ref DnsMessageWriter writer) => writer.TryWriteRecord(Owner.Wire, Type, Class, (uint)Ttl.TotalSeconds, Rdata.Encode());

    /// <summary>Prints the record as a line of a master file.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Owner} {(long)Ttl.TotalSeconds} {Class.Mnemonic()} {Type.Mnemonic()} {Rdata}");
}
