using System.Buffers.Text;
using Ropewalk.Dns.Wire.Text;

namespace Ropewalk.Dns.Zones.Text;

/// <summary>Puts a number into the text of a <c>$GENERATE</c>.</summary>
/// <remarks>
/// <b>Shape</b>, as BIND has it: <c>$</c> is the number in decimal, <c>${offset,width,base}</c> the number plus an offset, with zeros before it up to a width, in base
/// <c>d</c>, <c>o</c>, <c>x</c>, <c>X</c>, or <c>n</c> and <c>N</c>: its hexadecimal digits from the last to the first with dots between, the dots counted in the width.
/// <c>$$</c> and <c>\$</c> are a dollar sign.
/// </remarks>
internal static class GenerateTemplate
{
    // A label and its length, twice: wider is no name. BIND has 127.
    private const int MostWidth = 127;

    public static MasterFileViolation Expand(ReadOnlySpan<byte> template, long value, Span<byte> output, out int length)
    {
        length = 0;
        for (int at = 0; at < template.Length;)
        {
            byte next = template[at++];
            if (length + MostWidth + 2 > output.Length)
            {
                return MasterFileViolation.RecordTooLong;
            }

            if (next == (byte)'\\')
            {
                output[length++] = next;
                if (at < template.Length)
                {
                    output[length++] = template[at++];
                }
            }
            else if (next != (byte)'$')
            {
                output[length++] = next;
            }
            else if (at < template.Length && template[at] == (byte)'$')
            {
                output[length++] = template[at++];
            }
            else if (!TryTakeForm(template, ref at, out int offset, out int width, out byte numberBase) || value + offset is < 0 or > int.MaxValue)
            {
                return MasterFileViolation.GenerateMalformed;
            }
            else
            {
                length += Put((uint)(value + offset), width, numberBase, output[length..]);
            }
        }

        return MasterFileViolation.None;
    }

    private static bool TryTakeForm(ReadOnlySpan<byte> template, ref int at, out int offset, out int width, out byte numberBase)
    {
        offset = 0;
        width = 0;
        numberBase = (byte)'d';
        if (at >= template.Length || template[at] != (byte)'{')
        {
            return true;
        }

        int end = template[at..].IndexOf((byte)'}');
        if (end < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> form = template.Slice(at + 1, end - 1);
        at += end + 1;
        if (!Utf8Parser.TryParse(form, out offset, out int used))
        {
            return false;
        }

        form = form[used..];
        if (form.Length == 0)
        {
            return true;
        }

        if (form[0] != (byte)',' || !Utf8Parser.TryParse(form[1..], out width, out used) || width is < 0 or > MostWidth)
        {
            return false;
        }

        form = form[(used + 1)..];
        numberBase = form.Length == 0 ? numberBase : form[^1];
        return form.Length == 0 || (form.Length == 2 && form[0] == (byte)',' && "doxXnN"u8.Contains(numberBase));
    }

    private static int Put(uint number, int width, byte numberBase, Span<byte> output)
    {
        bool isNibbles = numberBase is (byte)'n' or (byte)'N';
        uint radix = numberBase switch { (byte)'d' => 10, (byte)'o' => 8, _ => 16 };
        ReadOnlySpan<byte> digits = numberBase is (byte)'X' or (byte)'N' ? "0123456789ABCDEF"u8 : "0123456789abcdef"u8;
        int written = 0;
        do
        {
            if (isNibbles && written > 0)
            {
                output[written++] = (byte)'.';
            }

            output[written++] = digits[(int)(number % radix)];
            number /= radix;
        }
        while (number != 0 || written < (isNibbles ? width - 1 : width));

        if (!isNibbles)
        {
            output[..written].Reverse();
        }
        else if (written < width)
        {
            // BIND ends with a dot where the width is even.
            output[written++] = (byte)'.';
        }

        return written;
    }
}
