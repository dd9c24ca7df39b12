using System.Globalization;

namespace Ropewalk.Cli.Configuration.Formats;

/// <summary>Reads a number of bytes: <c>65536</c>, <c>64KiB</c>, <c>10MB</c>.</summary>
internal sealed class SizeFormat(long least, long most) : ValueFormat<long>
{
    private static readonly (string Unit, long Bytes)[] Units =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("B", 1), ("", 1),
    ];

    /// <inheritdoc/>
    public override string TypeText => "a size";

    /// <inheritdoc/>
    public override string? BoundsText => $"{Text(least)} to {Text(most)}";

    /// <inheritdoc/>
    public override bool TryRead(ScalarNode node, out long value, out ValueProblem problem)
    {
        bool read = TryParse(node.Text, out value);
        problem = new ValueProblem(read
            ? $"{YamlTreeReader.Shown(node.Text)} is out of bounds; {BoundsText} are allowed"
            : $"a size such as 4096, 64KiB or 10MB is expected, not '{YamlTreeReader.Shown(node.Text)}'");
        return read && value >= least && value <= most;
    }

    /// <inheritdoc/>
    public override string Write(long value, bool redacted) => Text(value);

    /// <summary>Writes a number of bytes in the largest unit that divides it.</summary>
    public static string Text(long bytes)
    {
        foreach ((string unit, long size) in Units)
        {
            if (bytes != 0 && bytes % size == 0 && bytes >= size)
            {
                return (bytes / size).ToString(CultureInfo.InvariantCulture) + (unit == "B" ? "" : unit);
            }
        }

        return bytes.ToString(CultureInfo.InvariantCulture);
    }

    private static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        string trimmed = text.Replace("_", "", StringComparison.Ordinal);
        foreach ((string unit, long size) in Units)
        {
            if (!trimmed.EndsWith(unit, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            // the first unit that fits at the end is the longest; what stands before it must be the number
            ReadOnlySpan<char> number = trimmed.AsSpan(0, trimmed.Length - unit.Length).TrimEnd(' ');
            if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long count) || count > long.MaxValue / size)
            {
                return false;
            }

            bytes = count * size;
            return true;
        }

        return false;
    }
}
