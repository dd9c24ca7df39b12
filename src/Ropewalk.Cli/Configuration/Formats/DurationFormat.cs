using System.Globalization;

namespace Ropewalk.Cli.Configuration.Formats;

/// <summary>Reads a duration with its unit: <c>250ms</c>, <c>30s</c>, <c>5m</c>, <c>1h30m</c>, <c>7d</c>.</summary>
internal sealed class DurationFormat(TimeSpan least, TimeSpan most) : ValueFormat<TimeSpan>
{
    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
        ("ms", TimeSpan.TicksPerMillisecond),
    ];

    /// <inheritdoc/>
    public override string TypeText => "a duration";

    /// <inheritdoc/>
    public override string? BoundsText => $"{Text(least)} to {Text(most)}";

    /// <inheritdoc/>
    public override bool TryRead(ScalarNode node, out TimeSpan value, out ValueProblem problem)
    {
        bool read = TryParse(node.Text, out value, out int offset);
        problem = read
            ? new ValueProblem($"{YamlTreeReader.Shown(node.Text)} is out of bounds; {BoundsText} are allowed")
            : new ValueProblem($"a duration with its unit is expected, such as 250ms, 30s, 5m or 1h30m, not '{YamlTreeReader.Shown(node.Text)}'", offset);
        return read && value >= least && value <= most;
    }

    /// <inheritdoc/>
    public override string Write(TimeSpan value, bool redacted) => Text(value);

    /// <summary>Writes a duration as this format reads it.</summary>
    public static string Text(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
        {
            return "0s";
        }

        var text = new System.Text.StringBuilder();
        long left = value.Ticks;
        foreach ((string unit, long ticks) in Units)
        {
            if (left >= ticks)
            {
                text.Append(CultureInfo.InvariantCulture, $"{left / ticks}{unit}");
                left %= ticks;
            }
        }

        return text.ToString();
    }

    private static bool TryParse(ReadOnlySpan<char> text, out TimeSpan value, out int offset)
    {
        value = TimeSpan.Zero;
        offset = 0;
        if (text is "0")
        {
            return true;
        }

        long ticks = 0;
        int unitsLeftFrom = 0;
        while (offset < text.Length)
        {
            int digits = text[offset..].IndexOfAnyExceptInRange('0', '9');
            if (digits is <= 0 or > 9)
            {
                return false;
            }

            long count = long.Parse(text.Slice(offset, digits), CultureInfo.InvariantCulture);
            int letters = text[(offset + digits)..].IndexOfAnyExceptInRange('a', 'z');
            ReadOnlySpan<char> unit = letters < 0 ? text[(offset + digits)..] : text.Slice(offset + digits, letters);
            int index = UnitIndex(unit);
            // each unit once and the larger first: 30m1h is a slip, not a duration
            if (index < unitsLeftFrom || count > TimeSpan.TicksPerDay * 36_500 / Units[index].Ticks)
            {
                return false;
            }

            ticks += count * Units[index].Ticks;
            unitsLeftFrom = index + 1;
            offset += digits + unit.Length;
        }

        value = new TimeSpan(ticks);
        return text.Length > 0;
    }

    private static int UnitIndex(ReadOnlySpan<char> unit)
    {
        for (int i = 0; i < Units.Length; i++)
        {
            if (unit.SequenceEqual(Units[i].Unit))
            {
                return i;
            }
        }

        return -1;
    }
}
