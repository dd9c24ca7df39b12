using System.Globalization;

namespace Ropewalk.Cli.Configuration.Formats;

/// <summary>Reads a whole number within bounds.</summary>
internal sealed class NumberFormat(int least, int most) : ValueFormat<int>
{
    /// <inheritdoc/>
    public override string TypeText => "a whole number";

    /// <inheritdoc/>
    public override string? BoundsText => $"{least} to {most}";

    /// <inheritdoc/>
    public override bool TryRead(ScalarNode node, out int value, out ValueProblem problem)
    {
        // underscores as digit separators are YAML 1.1's and ours
        string digits = node.Text.Replace("_", "", StringComparison.Ordinal);
        bool number = long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long wide) && node.Text[0] != '_';
        bool inside = number && wide >= least && wide <= most;
        value = inside ? (int)wide : 0;
        problem = new ValueProblem(number
            ? $"{wide} is out of bounds; {least} to {most} are allowed"
            : $"a whole number from {least} to {most} is expected, not '{YamlTreeReader.Shown(node.Text)}'");
        return inside;
    }

    /// <inheritdoc/>
    public override string Write(int value, bool redacted) => value.ToString(CultureInfo.InvariantCulture);
}
