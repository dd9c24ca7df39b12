using System.Globalization;
using System.Text;

namespace Ropewalk.Cli.Status;

/// <summary>Writes figures for people.</summary>
internal static class StatusText
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>Writes a number of bytes with three figures and a unit.</summary>
    public static string Bytes(double bytes)
    {
        int unit = 0;
        while (bytes >= 1000 && unit < Units.Length - 1)
        {
            bytes /= 1024;
            unit++;
        }

        string figures = unit == 0 || bytes >= 99.95 ? "0" : bytes >= 9.995 ? "0.0" : "0.00";
        return bytes.ToString(figures, CultureInfo.InvariantCulture) + "\u00a0" + Units[unit];
    }

    /// <summary>Writes a count with thin spaces between groups of three.</summary>
    public static string Count(long count) => count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202f');

    /// <summary>Writes a duration in its two largest units.</summary>
    public static string Duration(TimeSpan time)
    {
        return time switch
        {
            { TotalDays: >= 1 } => $"{(int)time.TotalDays}\u00a0d {time.Hours}\u00a0h",
            { TotalHours: >= 1 } => $"{time.Hours}\u00a0h {time.Minutes}\u00a0min",
            { TotalMinutes: >= 1 } => $"{time.Minutes}\u00a0min {time.Seconds}\u00a0s",
            _ => $"{(int)time.TotalSeconds}\u00a0s",
        };
    }

    /// <summary>Writes text so that it is text in HTML, in an attribute too. What controls a terminal or turns the direction of text is shown as what it is not: a character.</summary>
    public static string Html(string? text)
    {
        if (string.IsNullOrEmpty(text) || !text.Any(letter => letter is '&' or '<' or '>' or '"' or '\'' || IsControl(letter)))
        {
            return text ?? "";
        }

        var html = new StringBuilder(text.Length + 16);
        foreach (char letter in text)
        {
            _ = letter switch
            {
                '&' => html.Append("&amp;"),
                '<' => html.Append("&lt;"),
                '>' => html.Append("&gt;"),
                '"' => html.Append("&quot;"),
                '\'' => html.Append("&#39;"),
                _ => html.Append(IsControl(letter) ? '\ufffd' : letter),
            };
        }

        return html.ToString();
    }

    // U+202A to U+202E and U+2066 to U+2069: the marks of direction by which one name is made to look like another
    private static bool IsControl(char letter) => char.IsControl(letter) || letter is (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
