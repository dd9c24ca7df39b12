using System.Buffers.Binary;
using System.Globalization;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Is a number of 1 to 8 bytes, in network order.</summary>
internal sealed class NumberField(string name, int bytes, NumberKind kind = NumberKind.Decimal) : RecordField(name)
{
    public override int FixedBytes => bytes;

    private ulong Most => ulong.MaxValue >> (64 - (8 * bytes));

    public override DnsViolation Skip(ReadOnlySpan<byte> rdata, ref int at) => Step(rdata, ref at, bytes);

    public override bool Parse(ref RdataParser parser)
    {
        if (!parser.TryTake(out MasterFileToken token))
        {
            return false;
        }

        ulong number;
        bool isNumber = kind switch
        {
            NumberKind.Duration => MasterFileNumbers.TryParseDuration(token.Text, out uint seconds) ? Is(seconds, out number) : IsNot(out number) || parser.Fail(MasterFileViolation.DurationMalformed, token.Offset),
            NumberKind.Timestamp => MasterFileNumbers.TryParseTimestamp(token.Text, out uint seconds) ? Is(seconds, out number) : IsNot(out number) || parser.Fail(MasterFileViolation.TimestampMalformed, token.Offset),
            NumberKind.Type => DnsTypes.TryParse(token.Text, out DnsType type) ? Is((ulong)type, out number) : IsNot(out number) || parser.Fail(MasterFileViolation.TypeUnknown, token.Offset),
            NumberKind.Algorithm or NumberKind.NamedAlgorithm when Mnemonics.Algorithms.TryParse(token.Text, out int value) => Is((ulong)value, out number),
            NumberKind.CertificateType when Mnemonics.CertificateTypes.TryParse(token.Text, out int value) => Is((ulong)value, out number),
            NumberKind.Algorithm or NumberKind.NamedAlgorithm or NumberKind.CertificateType when token.Text.Length > 0 && !char.IsAsciiDigit((char)token.Text[0]) => IsNot(out number) || parser.Fail(MasterFileViolation.MnemonicUnknown, token.Offset),
            NumberKind.ErrorCode when TryParseError(token.Text, out number) => true,
            _ => parser.TryParseNumber(token, Most, out number),
        };
        return isNumber && parser.PutNumber(number, bytes);
    }

    public override void Print(ReadOnlySpan<byte> rdata, ref int at, ref RdataPrinter printer)
    {
        ulong number = 0;
        for (int i = 0; i < bytes; i++)
        {
            number = (number << 8) | rdata[at++];
        }

        switch (kind)
        {
            case NumberKind.Timestamp:
                Span<byte> time = stackalloc byte[14];
                DateTimeOffset.FromUnixTimeSeconds((long)number).UtcDateTime.TryFormat(time, out int written, "yyyyMMddHHmmss", CultureInfo.InvariantCulture);
                printer.Word(time[..written]);
                break;
            case NumberKind.Type:
                printer.Word(((DnsType)number).Mnemonic());
                break;
            case NumberKind.CertificateType when Mnemonics.CertificateTypes.NameOf((int)number) is { } mnemonic:
                printer.Word(mnemonic);
                break;
            // RFC 4398 §2.2: a number or a mnemonic; BIND writes the mnemonic. 0 has none.
            case NumberKind.NamedAlgorithm when Mnemonics.Algorithms.NameOf((int)number) is { } mnemonic:
                printer.Word(mnemonic);
                break;
            case NumberKind.ErrorCode when number is <= (ulong)DnsResponseCode.StatefulTypeNotImplemented or (>= (ulong)DnsResponseCode.BadVersion and <= (ulong)DnsResponseCode.BadCookie):
                printer.Word(((DnsResponseCode)number).TsigMnemonic());
                break;
            default:
                printer.Number(number);
                break;
        }
    }

    private static bool Is(ulong value, out ulong number)
    {
        number = value;
        return true;
    }

    private static bool IsNot(out ulong number)
    {
        number = 0;
        return false;
    }

    private static bool TryParseError(ReadOnlySpan<byte> text, out ulong number)
    {
        for (DnsResponseCode code = DnsResponseCode.NoError; code <= DnsResponseCode.BadCookie; code++)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(text, code.TsigMnemonic()))
            {
                number = (ulong)code;
                return true;
            }
        }

        number = 0;
        return false;
    }
}
