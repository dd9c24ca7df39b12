using System.Globalization;

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

    /// <summary>Writes text so that it is text in HTML, in an attribute too.</summary>
    public static string Html(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.AsSpan().IndexOfAny("&<>\"'") < 0)
        {
            return text ?? "";
        }

        return text
            .Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal)
            .Replace("\"", "&quot;", StringComparison.Ordinal)
            .Replace("'", "&#39;", StringComparison.Ordinal);
    }
}
