using System.Globalization;

namespace Ropewalk.Dns.Wire.Text;

/// <summary>Parses the numbers of master files that are durations and points in time.</summary>
public static class MasterFileNumbers
{
    /// <summary>Parses a duration: seconds, or numbers with w, d, h, m, s (<c>1h30m</c>), as BIND has them.</summary>
    public static bool TryParseDuration(ReadOnlySpan<byte> text, out uint seconds)
    {
        seconds = 0;
        ulong total = 0, number = 0;
        bool hasDigits = false;
        int lastUnit = int.MaxValue;
        foreach (byte value in text)
        {
            if (char.IsAsciiDigit((char)value))
            {
                number = (number * 10) + (ulong)(value - '0');
                hasDigits = true;
                if (number > uint.MaxValue)
                {
                    return false;
                }

                continue;
            }

            int unit = (value | 0x20) switch { 'w' => 604_800, 'd' => 86_400, 'h' => 3_600, 'm' => 60, 's' => 1, _ => 0 };
            // Each unit once, the larger ones first: 1d1d is a slip of the pen.
            if (unit == 0 || !hasDigits || unit >= lastUnit)
            {
                return false;
            }

            total += number * (ulong)unit;
            number = 0;
            hasDigits = false;
            lastUnit = unit;
        }

        if (text.Length == 0 || (hasDigits && lastUnit != int.MaxValue) || total + number > uint.MaxValue)
        {
            return false;
        }

        seconds = (uint)(total + number);
        return true;
    }

    /// <summary>Parses a point in time: YYYYMMDDHHmmSS in UTC, or seconds since 1970. <b>Spec</b>: RFC 4034 §3.2.</summary>
    public static bool TryParseTimestamp(ReadOnlySpan<byte> text, out uint seconds)
    {
        seconds = 0;
        if (text.Length == 0 || text.Length > 14 || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        if (text.Length <= 10)
        {
            return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds);
        }

        if (text.Length != 14)
        {
            return false;
        }

        int year = (100 * Pair(text, 0)) + Pair(text, 2), month = Pair(text, 4), day = Pair(text, 6), hour = Pair(text, 8), minute = Pair(text, 10), second = Pair(text, 12);
        // What 32 bits can say ends in 2106.
        if (year is < 1970 or > 2106 || month is 0 or > 12 || day == 0 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        long time = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).ToUnixTimeSeconds();
        seconds = time <= uint.MaxValue ? (uint)time : 0;
        return time <= uint.MaxValue;
    }

    private static int Pair(ReadOnlySpan<byte> digits, int at) => ((digits[at] - '0') * 10) + digits[at + 1] - '0';
}
