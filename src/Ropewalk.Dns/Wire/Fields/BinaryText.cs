using System.Buffers;
using System.Buffers.Text;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Wire.Fields;

/// <summary>Parses and prints bytes as hexadecimal digits, base 64, or base 32 with the extended hex alphabet. <b>Spec</b>: RFC 4648 §4, §7, §8.</summary>
internal static class BinaryText
{
    /// <summary>Parses one word.</summary>
    public static bool Put(ref RdataParser parser, MasterFileToken token, BinaryForm form)
    {
        int most = token.Text.Length + 1;
        byte[] rented = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            int written = form switch
            {
                BinaryForm.Hex => FromHex(token.Text, rented),
                BinaryForm.Base32Hex => FromBase32Hex(token.Text, rented),
                // The decoder would skip blanks; here there are none.
                _ => Base64.DecodeFromUtf8(token.Text, rented, out _, out int decoded) == OperationStatus.Done ? decoded : -1,
            };
            return written >= 0 ? parser.Put(rented.AsSpan(0, written)) : parser.Fail(Malformed(form), token.Offset);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public static MasterFileViolation Malformed(BinaryForm form) => form switch
    {
        BinaryForm.Hex => MasterFileViolation.HexMalformed,
        BinaryForm.Base32Hex => MasterFileViolation.Base32Malformed,
        _ => MasterFileViolation.Base64Malformed,
    };

    public static void Print(ReadOnlySpan<byte> bytes, BinaryForm form, ref RdataPrinter printer)
    {
        switch (form)
        {
            case BinaryForm.Hex:
                printer.PutHex(bytes);
                break;
            case BinaryForm.Base64:
                printer.PutBase64(bytes);
                break;
            default:
                PrintBase32Hex(bytes, ref printer);
                break;
        }
    }

    private static int FromHex(ReadOnlySpan<byte> text, Span<byte> bytes)
    {
        if (text.Length % 2 != 0)
        {
            return -1;
        }

        for (int i = 0; i < text.Length; i += 2)
        {
            if (!char.IsAsciiHexDigit((char)text[i]) || !char.IsAsciiHexDigit((char)text[i + 1]))
            {
                return -1;
            }

            bytes[i / 2] = (byte)((HexValue(text[i]) << 4) | HexValue(text[i + 1]));
        }

        return text.Length / 2;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static int FromBase32Hex(ReadOnlySpan<byte> text, Span<byte> bytes)
    {
        int written = 0, bits = 0, held = 0;
        foreach (byte digit in text)
        {
            int value = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'v' => digit - 'a' + 10,
                >= (byte)'A' and <= (byte)'V' => digit - 'A' + 10,
                _ => -1,
            };
            if (value < 0)
            {
                return -1;
            }

            held = (held << 5) | value;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes[written++] = (byte)(held >> bits);
                held &= (1 << bits) - 1;
            }
        }

        // No padding in DNS (RFC 5155 §3.3), and what is left over is zero and less than a digit.
        return bits < 5 && held == 0 ? written : -1;
    }

    private static void PrintBase32Hex(ReadOnlySpan<byte> bytes, ref RdataPrinter printer)
    {
        ReadOnlySpan<byte> digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV"u8;
        Span<byte> text = stackalloc byte[(255 * 8 / 5) + 1];
        int written = 0, bits = 0, held = 0;
        foreach (byte value in bytes)
        {
            held = (held << 8) | value;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                text[written++] = digits[(held >> bits) & 0x1f];
            }

            held &= (1 << bits) - 1;
        }

        if (bits > 0)
        {
            text[written++] = digits[(held << (5 - bits)) & 0x1f];
        }

        printer.Put(text[..written]);
    }
}
