using Ropewalk.Cli.Configuration.Formats;

namespace Ropewalk.Cli.Configuration.Schema;

/// <summary>Describes a key with a list of values; a single value is taken as a list of one.</summary>
internal sealed class ListSetting<T>(string name, ValueFormat<T> format, IReadOnlyList<T> defaultValue, string doc)
    : Setting<IReadOnlyList<T>>(name, defaultValue, doc)
{
    /// <summary>Gets the fewest items.</summary>
    public int Fewest { get; init; }

    /// <summary>Gets the most items.</summary>
    public int Most { get; init; } = 64;

    /// <inheritdoc/>
    public override bool IsList => true;

    /// <inheritdoc/>
    public override string TypeText => $"a list: {format.TypeText}";

    /// <inheritdoc/>
    public override string? BoundsText => Join(format.BoundsText, Fewest == 0 ? $"at most {Most}" : $"{Fewest} to {Most} of them");

    /// <inheritdoc/>
    public override string? DefaultText => Required ? null : Write(Default, redacted: true);

    /// <inheritdoc/>
    public override bool TryRead(ConfigurationNode node, ConfigurationProblems problems, out object? value)
    {
        value = null;
        IReadOnlyList<ConfigurationNode> items = node is SequenceNode sequence ? sequence.Items : [node];
        if (items.Count < Fewest || items.Count > Most)
        {
            problems.Add(node.Origin, $"'{Name}' has {items.Count} items; {(items.Count < Fewest ? $"at least {Fewest} must be given" : $"at most {Most} are allowed")}");
            return false;
        }

        var values = new List<T>(items.Count);
        foreach (ConfigurationNode item in items)
        {
            if (item is not ScalarNode { IsNull: false } scalar)
            {
                problems.Add(item.Origin, $"{Label(item.Origin)}each item is {format.TypeText}; this is {item.ShapeText}");
            }
            else if (format.TryRead(scalar, out T? typed, out ValueProblem problem))
            {
                values.Add(typed);
            }
            else
            {
                problems.Add(scalar.OriginAt(problem.Offset), Label(scalar.Origin) + problem.Message);
            }
        }

        value = values;
        return values.Count == items.Count;
    }

    /// <inheritdoc/>
    public override string Write(object? value, bool redacted)
    {
        var items = (IReadOnlyList<T>)value!;
        return "[" + string.Join(", ", items.Select(item => Secret && redacted ? "\"***\"" : format.Write(item, redacted))) + "]";
    }

    private static string Join(string? a, string b) => a is null ? b : $"{a}; {b}";
}
