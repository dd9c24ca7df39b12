using System.Globalization;

namespace Ropewalk.Endpoints;

/// <summary>Parses the values that several keys share.</summary>
internal static class EndpointValue
{
    // the units from the longest name to the shortest, so that "ms" is not taken for "s"
    private static readonly (string Suffix, TimeSpan Unit)[] DurationUnits =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    // what CancellationTokenSource and Task.Delay accept: 2^32 - 2 milliseconds
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(49);

    public static bool TryParseNumber(string text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    public static bool TryParseDuration(string text, out TimeSpan value)
    {
        foreach ((string suffix, TimeSpan unit) in DurationUnits)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal))
            {
                bool isNumber = int.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int count);
                value = isNumber && count <= LongestDuration / unit ? unit * count : default;
                return isNumber && count <= LongestDuration / unit;
            }
        }

        value = default;
        return false;
    }
}
