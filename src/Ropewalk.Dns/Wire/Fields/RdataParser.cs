using System.Buffers.Binary;
using System.Buffers.Text;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Takes words of a master file and puts the bytes that they mean behind each other.</summary>
internal ref struct RdataParser
{
    private MasterFileTokens _tokens;
    private readonly Span<byte> _output;

    public RdataParser(MasterFileTokens tokens, ReadOnlySpan<byte> origin, Span<byte> output)
    {
        _tokens = tokens;
        Origin = origin;
        _output = output;
    }

    /// <summary>Gets where the words go on.</summary>
    public readonly MasterFileTokens Tokens => _tokens;

    public ReadOnlySpan<byte> Origin { get; }

    public int Length { readonly get; private set; }

    public readonly Span<byte> Written => _output[..Length];

    public MasterFileViolation Violation { readonly get; private set; }

    public int ViolationOffset { readonly get; private set; }

    /// <summary>Says whether another word or quoted text is in the entry.</summary>
    public readonly bool HasMore()
    {
        MasterFileTokens ahead = _tokens;
        return ahead.Read(out MasterFileToken token) != MasterFileViolation.None || token.IsText;
    }

    /// <summary>Takes the next word or quoted text; its absence is an error.</summary>
    public bool TryTake(out MasterFileToken token)
    {
        MasterFileTokens before = _tokens;
        MasterFileViolation violation = _tokens.Read(out token);
        if (violation != MasterFileViolation.None)
        {
            return Fail(violation, token.Offset);
        }

        if (!token.IsText)
        {
            // The end is read again by whoever closes the entry.
            _tokens = before;
            return Fail(MasterFileViolation.FieldMissing, token.Offset);
        }

        return true;
    }

    /// <summary>Takes the next text if it is quoted and stands directly behind another one.</summary>
    public bool TryTakeAdjacent(int offset, out MasterFileToken token)
    {
        MasterFileTokens ahead = _tokens;
        if (ahead.Read(out token) == MasterFileViolation.None && token.Kind == MasterFileTokenKind.Quoted && token.Offset == offset)
        {
            _tokens = ahead;
            return true;
        }

        return false;
    }

    /// <summary>Takes a decimal number.</summary>
    public bool TryTakeNumber(ulong most, out ulong number)
    {
        number = 0;
        return TryTake(out MasterFileToken token) && TryParseNumber(token, most, out number);
    }

    public bool TryParseNumber(MasterFileToken token, ulong most, out ulong number)
    {
        number = 0;
        if (token.Text.Length == 0 || token.Text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return Fail(MasterFileViolation.NumberMalformed, token.Offset);
        }

        return (Utf8Parser.TryParse(token.Text, out number, out int used) && used == token.Text.Length && number <= most) || Fail(MasterFileViolation.NumberTooLarge, token.Offset);
    }

    public bool PutNumber(ulong number, int bytes)
    {
        Span<byte> wide = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(wide, number);
        return Put(wide[(8 - bytes)..]);
    }

    public bool Put(byte value) => Put([value]);

    public bool Put(scoped ReadOnlySpan<byte> bytes)
    {
        if (!bytes.TryCopyTo(_output[Length..]))
        {
            return Fail(MasterFileViolation.RecordTooLong, _tokens.Position);
        }

        Length += bytes.Length;
        return true;
    }

    /// <summary>Puts a text with its escapes decoded.</summary>
    public bool PutText(MasterFileToken token)
    {
        ReadOnlySpan<byte> text = token.Text;
        int at = 0;
        while (at < text.Length)
        {
            int escape = text[at..].IndexOf((byte)'\\');
            int plain = escape < 0 ? text.Length - at : escape;
            if (!Put(text.Slice(at, plain)))
            {
                return false;
            }

            at += plain;
            if (escape >= 0)
            {
                at++;
                if (!NameText.TakeEscaped(text, ref at, out byte value))
                {
                    return Fail(MasterFileViolation.EscapeMalformed, token.Offset);
                }

                if (!Put(value))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Takes and puts a name.</summary>
    public bool PutName()
    {
        if (!TryTake(out MasterFileToken token))
        {
            return false;
        }

        if (_output.Length - Length >= DnsLimits.NameBytes)
        {
            MasterFileViolation direct = NameText.Parse(token.Text, Origin, _output[Length..], out int bytes);
            Length += bytes;
            return direct == MasterFileViolation.None || Fail(direct, token.Offset);
        }

        Span<byte> name = stackalloc byte[DnsLimits.NameBytes];
        MasterFileViolation violation = NameText.Parse(token.Text, Origin, name, out int length);
        return violation == MasterFileViolation.None ? Put(name[..length]) : Fail(violation, token.Offset);
    }

    /// <summary>Puts a length of one byte before what has been put since a position.</summary>
    public bool CloseText(int position, MasterFileToken token)
    {
        int length = Length - position - 1;
        if (length > byte.MaxValue)
        {
            return Fail(MasterFileViolation.TextTooLong, token.Offset);
        }

        _output[position] = (byte)length;
        return true;
    }

    public bool Fail(MasterFileViolation violation, int offset)
    {
        if (Violation == MasterFileViolation.None)
        {
            Violation = violation;
            ViolationOffset = offset;
        }

        return false;
    }
}
