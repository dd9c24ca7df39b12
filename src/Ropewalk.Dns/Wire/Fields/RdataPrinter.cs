using System.Buffers;
using System.Buffers.Text;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Prints the words of a record with one space between.</summary>
internal struct RdataPrinter(IBufferWriter<byte> output)
{
    private readonly IBufferWriter<byte> _output = output;
    private bool _isLater;

    /// <summary>Puts the space before a word, but before the first.</summary>
    public void Begin()
    {
        if (_isLater)
        {
            Put(" "u8);
        }

        _isLater = true;
    }

    public readonly void Put(scoped ReadOnlySpan<byte> text) => _output.Write(text);

    public readonly void Put(string ascii) => System.Text.EncodingExtensions.GetBytes(System.Text.Encoding.ASCII, ascii, _output);

    public readonly void PutNumber(ulong number)
    {
        Span<byte> place = _output.GetSpan(20);
        Utf8Formatter.TryFormat(number, place, out int written);
        _output.Advance(written);
    }

    public readonly void PutNumber(ulong number, int digits)
    {
        Span<byte> place = _output.GetSpan(20);
        Utf8Formatter.TryFormat(number, place, out int written, new StandardFormat('D', (byte)digits));
        _output.Advance(written);
    }

    public void Word(scoped ReadOnlySpan<byte> text)
    {
        Begin();
        Put(text);
    }

    public void Word(string ascii)
    {
        Begin();
        Put(ascii);
    }

    public void Number(ulong number)
    {
        Begin();
        PutNumber(number);
    }

    public void Name(ReadOnlySpan<byte> wire)
    {
        Begin();
        Span<byte> place = _output.GetSpan(DnsLimits.NameTextBytes);
        _output.Advance(NameText.Print(wire, place));
    }

    public readonly void PutHex(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> digits = "0123456789ABCDEF"u8;
        Span<byte> place = _output.GetSpan((2 * bytes.Length) + 1);
        for (int i = 0; i < bytes.Length; i++)
        {
            place[2 * i] = digits[bytes[i] >> 4];
            place[(2 * i) + 1] = digits[bytes[i] & 0xf];
        }

        _output.Advance(2 * bytes.Length);
    }

    public readonly void PutBase64(ReadOnlySpan<byte> bytes)
    {
        Span<byte> place = _output.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length) + 1);
        Base64.EncodeToUtf8(bytes, place, out _, out int written);
        _output.Advance(written);
    }

    public void Quoted(ReadOnlySpan<byte> text)
    {
        Begin();
        Put("\""u8);
        PutEscaped(text);
        Put("\""u8);
    }

    public readonly void PutEscaped(ReadOnlySpan<byte> text)
    {
        Span<byte> place = _output.GetSpan((4 * text.Length) + 1);
        int written = 0;
        foreach (byte value in text)
        {
            if (value is < 0x20 or >= 0x7f)
            {
                place[written++] = (byte)'\\';
                place[written++] = (byte)('0' + (value / 100));
                place[written++] = (byte)('0' + (value / 10 % 10));
                place[written++] = (byte)('0' + (value % 10));
                continue;
            }

            if (value is (byte)'"' or (byte)'\\')
            {
                place[written++] = (byte)'\\';
            }

            place[written++] = value;
        }

        _output.Advance(written);
    }
}
