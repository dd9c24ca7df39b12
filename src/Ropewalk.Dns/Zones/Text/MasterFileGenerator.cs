using System.Globalization;
using System.Text;
using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Zones.Text;

/// <summary>Makes the records of <c>$GENERATE</c> directives, as BIND has them.</summary>
/// <remarks>
/// <b>Shape</b>: <c>$GENERATE start-stop[/step] owner [ttl] [class] type rdata</c>, the rdata in quotes if it has blanks. The owner and the rdata are templates, see <see cref="GenerateTemplate"/>.
/// The first record that breaks a rule ends the directive: the next thousand would break the same one.
/// </remarks>
internal sealed class MasterFileGenerator(MasterFileParser parser, MasterFileLimits limits)
{
    private readonly byte[] _ownerText = new byte[2 * DnsLimits.NameTextBytes];
    private readonly byte[] _owner = new byte[DnsLimits.NameBytes];
    private readonly byte[] _rdataText = new byte[DnsLimits.RdataBytes];
    private long _records;

    public MasterFileViolation Generate(ref MasterFileTokens tokens, RecordPlace place, IRecordSink sink, out int offset, out string detail)
    {
        detail = "";
        MasterFileViolation violation = Read(ref tokens, out MasterFileToken rangeToken, out offset);
        if (violation != MasterFileViolation.None)
        {
            return violation;
        }

        if (!GenerateRange.TryParse(rangeToken.Text, out GenerateRange range))
        {
            return MasterFileViolation.GenerateMalformed;
        }

        violation = Read(ref tokens, out MasterFileToken owner, out offset);
        violation = violation == MasterFileViolation.None ? Read(ref tokens, out MasterFileToken header, out offset) : Keep(violation, out header);
        uint? ttl = null;
        DnsType type = DnsType.None;
        if (violation == MasterFileViolation.None)
        {
            violation = parser.ParseHeader(ref tokens, header, out ttl, out type, out offset);
        }

        violation = violation == MasterFileViolation.None ? Read(ref tokens, out MasterFileToken rdata, out offset) : Keep(violation, out rdata);
        if (violation != MasterFileViolation.None)
        {
            return violation;
        }

        violation = tokens.Read(out MasterFileToken end);
        if (violation != MasterFileViolation.None || end.IsText)
        {
            offset = end.Offset;
            return violation == MasterFileViolation.None ? MasterFileViolation.TextTrailing : violation;
        }

        offset = place.Position.Offset;
        _records += range.Count;
        if (range.Count > limits.GenerateRecords || _records > limits.GenerateRecordsTotal)
        {
            detail = $"{range.Count} records (the most are {limits.GenerateRecords}, and {limits.GenerateRecordsTotal} of all directives)";
            _records -= range.Count;
            return MasterFileViolation.GenerateTooMany;
        }

        return Make(range, owner.Text, rdata.Text, ttl, type, place, sink, out detail);
    }

    private MasterFileViolation Make(GenerateRange range, ReadOnlySpan<byte> owner, ReadOnlySpan<byte> rdata, uint? ttl, DnsType type, RecordPlace place, IRecordSink sink, out string detail)
    {
        detail = "";
        for (long value = range.Start; value <= range.Stop; value += range.Step)
        {
            MasterFileViolation violation = GenerateTemplate.Expand(owner, value, _ownerText, out int ownerTextBytes);
            int ownerBytes = 0;
            if (violation == MasterFileViolation.None)
            {
                violation = NameText.Parse(_ownerText.AsSpan(0, ownerTextBytes), place.Origin, _owner, out ownerBytes);
            }

            int textBytes = 0;
            if (violation == MasterFileViolation.None)
            {
                violation = GenerateTemplate.Expand(rdata, value, _rdataText, out textBytes);
            }

            if (violation == MasterFileViolation.None && !parser.TryCount(ownerTextBytes + textBytes))
            {
                violation = MasterFileViolation.TextTooLarge;
            }

            if (violation == MasterFileViolation.None)
            {
                MasterFileTokens made = new(_rdataText.AsSpan(0, textBytes));
                violation = parser.ParseRdata(ref made, _owner.AsSpan(0, ownerBytes), ttl, type, place, sink, out _);
            }

            if (violation != MasterFileViolation.None)
            {
                detail = string.Create(CultureInfo.InvariantCulture, $"the record of {value}, {Shorten(_ownerText.AsSpan(0, ownerTextBytes))}");
                return violation;
            }
        }

        return MasterFileViolation.None;
    }

    private static MasterFileViolation Read(ref MasterFileTokens tokens, out MasterFileToken token, out int offset)
    {
        MasterFileViolation violation = tokens.Read(out token);
        offset = token.Offset;
        return violation == MasterFileViolation.None && !token.IsText ? MasterFileViolation.FieldMissing : violation;
    }

    private static MasterFileViolation Keep(MasterFileViolation violation, out MasterFileToken token)
    {
        token = default;
        return violation;
    }

    private static string Shorten(ReadOnlySpan<byte> text) => Encoding.ASCII.GetString(text[..Math.Min(text.Length, 80)]);
}
