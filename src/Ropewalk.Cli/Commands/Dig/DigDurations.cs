using System.Globalization;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Writes seconds as dig does: <c>1h30m</c>, or in words.</summary>
internal static class DigDurations
{
    private static readonly (uint Seconds, string Word)[] Units = [(604_800, "week"), (86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second")];

    public static string Short(uint seconds) => string.Concat(Split(seconds).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count}{part.Word[0]}")));

    public static string Long(uint seconds) => string.Join(' ', Split(seconds).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Count} {part.Word}{(part.Count == 1 ? "" : "s")}")));

    private static List<(uint Count, string Word)> Split(uint seconds)
    {
        List<(uint, string)> parts = [];
        foreach ((uint unit, string word) in Units)
        {
            if (seconds / unit > 0 || (unit == 1 && parts.Count == 0))
            {
                parts.Add((seconds / unit, word));
            }

            seconds %= unit;
        }

        return parts;
    }
}
