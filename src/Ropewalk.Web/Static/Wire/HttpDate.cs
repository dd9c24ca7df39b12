using System.Globalization;

namespace Ropewalk.Web.Static.Wire;

/// <summary>Reads and writes the dates of HTTP header fields.</summary>
/// <remarks><b>Spec</b>: RFC 9110 §5.6.7. All three forms are read, the first is written. <b>Units</b>: seconds since 1970-01-01 UTC.</remarks>
public static class HttpDate
{
    private const string Months = "JanFebMarAprMayJunJulAugSepOctNovDec";

    /// <summary>Writes a time in the preferred form: <c>Sun, 06 Nov 1994 08:49:37 GMT</c>.</summary>
    /// <param name="unixSeconds">The time; outside the years 1 to 9999 it is clamped.</param>
    /// <returns>29 characters.</returns>
    public static string Format(long unixSeconds)
    {
        long clamped = Math.Clamp(unixSeconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds());
        return DateTimeOffset.FromUnixTimeSeconds(clamped).ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>Reads a date.</summary>
    /// <param name="text">The field's value.</param>
    /// <param name="now">Decides the century of a year with two digits.</param>
    /// <param name="unixSeconds">The time.</param>
    /// <returns>Whether the text is a date in one of the three forms.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, DateTimeOffset now, out long unixSeconds)
    {
        unixSeconds = 0;
        text = text.Trim(" \t");
        int comma = text.IndexOf(',');
        if (comma == 3) return TryParseFixed(text, out unixSeconds);
        return comma > 3 ? TryParseRfc850(text[(comma + 1)..], now.Year, out unixSeconds) : TryParseAsctime(text, out unixSeconds);
    }

    // Sun, 06 Nov 1994 08:49:37 GMT
    private static bool TryParseFixed(ReadOnlySpan<char> text, out long unixSeconds)
    {
        unixSeconds = 0;
        if (text.Length != 29 || text[4] != ' ' || text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || !text[25..].SequenceEqual(" GMT")) return false;
        return TryNumber(text.Slice(5, 2), out int day) && TryMonth(text.Slice(8, 3), out int month) && TryNumber(text.Slice(12, 4), out int year)
            && TryCompose(year, month, day, text.Slice(17, 8), out unixSeconds);
    }

    // Sunday, 06-Nov-94 08:49:37 GMT: what follows the comma
    private static bool TryParseRfc850(ReadOnlySpan<char> text, int thisYear, out long unixSeconds)
    {
        unixSeconds = 0;
        if (text.Length != 23 || text[0] != ' ' || text[3] != '-' || text[7] != '-' || text[10] != ' ' || !text[19..].SequenceEqual(" GMT")) return false;
        if (!TryNumber(text.Slice(1, 2), out int day) || !TryMonth(text.Slice(4, 3), out int month) || !TryNumber(text.Slice(8, 2), out int year)) return false;
        year += thisYear / 100 * 100;
        // RFC 9110 §5.6.7: more than 50 years in the future means the last century
        if (year > thisYear + 50) year -= 100;
        return TryCompose(year, month, day, text.Slice(11, 8), out unixSeconds);
    }

    // Sun Nov  6 08:49:37 1994
    private static bool TryParseAsctime(ReadOnlySpan<char> text, out long unixSeconds)
    {
        unixSeconds = 0;
        if (text.Length != 24 || text[3] != ' ' || text[7] != ' ' || text[10] != ' ' || text[19] != ' ') return false;
        ReadOnlySpan<char> day2 = text[8] == ' ' ? text.Slice(9, 1) : text.Slice(8, 2);
        return TryMonth(text.Slice(4, 3), out int month) && TryNumber(day2, out int day) && TryNumber(text.Slice(20, 4), out int year)
            && TryCompose(year, month, day, text.Slice(11, 8), out unixSeconds);
    }

    private static bool TryCompose(int year, int month, int day, ReadOnlySpan<char> time, out long unixSeconds)
    {
        unixSeconds = 0;
        if (time[2] != ':' || time[5] != ':') return false;
        if (!TryNumber(time[..2], out int hour) || !TryNumber(time.Slice(3, 2), out int minute) || !TryNumber(time.Slice(6, 2), out int second)) return false;
        if (year < 1 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 60) return false;
        unixSeconds = new DateTimeOffset(year, month, day, hour, minute, 0, TimeSpan.Zero).ToUnixTimeSeconds() + second;   // 60 is a leap second
        return true;
    }

    private static bool TryMonth(ReadOnlySpan<char> text, out int month)
    {
        int at = Months.AsSpan().IndexOf(text, StringComparison.Ordinal);
        month = at / 3 + 1;
        return at >= 0 && at % 3 == 0;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
