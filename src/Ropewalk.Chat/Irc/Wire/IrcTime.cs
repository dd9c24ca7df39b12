using System.Globalization;

namespace Ropewalk.Chat.Irc.Wire;

/// <summary>Parses and formats the time of a message. <b>Shape</b>: <c>2011-10-19T16:40:51.620Z</c>. <b>Spec</b>: IRCv3 server-time.</summary>
public static class IrcTime
{
    private const string Written = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly string[] Read = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'"];

    /// <summary>Parses a time; false if it is none.</summary>
    public static bool TryParse(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(text, Read, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    /// <summary>Gives a time as it is written, in thousandths of a second.</summary>
    public static string Format(DateTimeOffset time) => time.ToUniversalTime().ToString(Written, CultureInfo.InvariantCulture);
}
