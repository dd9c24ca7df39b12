namespace Ropewalk.Dns.Wire.Text;

/// <summary>Parses and prints names as master files have them. <b>Spec</b>: RFC 1035 §5.1.</summary>
public static class NameText
{
    /// <summary>Parses a name.</summary>
    /// <param name="text">The text; <c>@</c> is the origin itself.</param>
    /// <param name="origin">In wire form: what is put behind a name without a dot at its end. If it is empty, such a name is absolute too.</param>
    /// <param name="wire">Where the name is written in wire form: at least <see cref="DnsLimits.NameBytes"/>.</param>
    /// <param name="length">How long the name is in wire form.</param>
    public static MasterFileViolation Parse(ReadOnlySpan<byte> text, ReadOnlySpan<byte> origin, Span<byte> wire, out int length)
    {
        length = 0;
        if (text is [(byte)'.'])
        {
            wire[length++] = 0;
            return MasterFileViolation.None;
        }

        if (text is [(byte)'@'] && origin.Length > 0)
        {
            origin.CopyTo(wire);
            length = origin.Length;
            return MasterFileViolation.None;
        }

        MasterFileViolation violation = ParseLabels(text, wire, out int written, out bool isAbsolute);
        if (violation != MasterFileViolation.None)
        {
            return violation;
        }

        ReadOnlySpan<byte> rest = isAbsolute || origin.Length == 0 ? [0] : origin;
        if (written + rest.Length > DnsLimits.NameBytes)
        {
            return MasterFileViolation.NameTooLong;
        }

        rest.CopyTo(wire[written..]);
        length = written + rest.Length;
        return MasterFileViolation.None;
    }

    /// <summary>Prints a well-formed name, with a dot at its end.</summary>
    /// <param name="wire">The name in wire form.</param>
    /// <param name="text">Where it is written: at least <see cref="DnsLimits.NameTextBytes"/>.</param>
    /// <returns>How long the text is.</returns>
    public static int Print(ReadOnlySpan<byte> wire, Span<byte> text)
    {
        int written = 0;
        for (int at = 0; wire[at] != 0;)
        {
            foreach (byte value in wire.Slice(at + 1, wire[at]))
            {
                written += Escape(value, text[written..]);
            }

            text[written++] = (byte)'.';
            at += wire[at] + 1;
        }

        if (written == 0)
        {
            text[written++] = (byte)'.';
        }

        return written;
    }

    private static MasterFileViolation ParseLabels(ReadOnlySpan<byte> text, Span<byte> wire, out int written, out bool isAbsolute)
    {
        written = 0;
        isAbsolute = false;
        int labelAt = 0, at = 0;
        int end = 1;
        while (at < text.Length)
        {
            byte value = text[at];
            if (value is not ((byte)'.' or (byte)'\\' or >= 0x80) && end < DnsLimits.NameBytes - 1)
            {
                wire[end++] = value;
                at++;
                continue;
            }

            bool isDot = value == (byte)'.';
            MasterFileViolation violation = isDot ? CloseLabel(wire, ref labelAt, ref end) : Unescape(text, ref at, out value);
            if (violation != MasterFileViolation.None)
            {
                return violation;
            }

            if (isDot)
            {
                at++;
                isAbsolute = at == text.Length;
                continue;
            }

            // The root's zero takes the last of the 255.
            if (end >= DnsLimits.NameBytes - 1)
            {
                return MasterFileViolation.NameTooLong;
            }

            wire[end++] = value;
        }

        MasterFileViolation last = isAbsolute ? MasterFileViolation.None : CloseLabel(wire, ref labelAt, ref end);
        written = labelAt;
        return last;
    }

    private static MasterFileViolation CloseLabel(Span<byte> wire, ref int labelAt, ref int end)
    {
        int count = end - labelAt - 1;
        if (count is 0 or > DnsLimits.LabelBytes)
        {
            return count == 0 ? MasterFileViolation.LabelEmpty : MasterFileViolation.LabelTooLong;
        }

        wire[labelAt] = (byte)count;
        labelAt = end++;
        return MasterFileViolation.None;
    }

    /// <summary>Takes one byte of a text, which may be escaped.</summary>
    internal static MasterFileViolation Unescape(ReadOnlySpan<byte> text, ref int at, out byte value)
    {
        value = text[at++];
        if (value != (byte)'\\')
        {
            return value < 0x80 ? MasterFileViolation.None : MasterFileViolation.NameNotAscii;
        }

        return TakeEscaped(text, ref at, out value) ? MasterFileViolation.None : MasterFileViolation.EscapeMalformed;
    }

    /// <summary>Takes what follows a backslash: three digits of a byte's value, or one byte that stands for itself. <b>Spec</b>: RFC 1035 §5.1.</summary>
    internal static bool TakeEscaped(ReadOnlySpan<byte> text, ref int at, out byte value)
    {
        value = 0;
        if (at >= text.Length)
        {
            return false;
        }

        if (!char.IsAsciiDigit((char)text[at]))
        {
            value = text[at++];
            return true;
        }

        if (at + 3 > text.Length || !char.IsAsciiDigit((char)text[at + 1]) || !char.IsAsciiDigit((char)text[at + 2]))
        {
            return false;
        }

        int number = ((text[at] - '0') * 100) + ((text[at + 1] - '0') * 10) + text[at + 2] - '0';
        value = (byte)number;
        at += 3;
        return number <= byte.MaxValue;
    }

    private static int Escape(byte value, Span<byte> text)
    {
        if (value is <= 0x20 or >= 0x7f)
        {
            text[0] = (byte)'\\';
            text[1] = (byte)('0' + (value / 100));
            text[2] = (byte)('0' + (value / 10 % 10));
            text[3] = (byte)('0' + (value % 10));
            return 4;
        }

        // What means something in a master file: RFC 1035 §5.1.
        if (value is (byte)'.' or (byte)'\\' or (byte)'"' or (byte)'(' or (byte)')' or (byte)';' or (byte)'@' or (byte)'$')
        {
            text[0] = (byte)'\\';
            text[1] = value;
            return 2;
        }

        text[0] = value;
        return 1;
    }
}
