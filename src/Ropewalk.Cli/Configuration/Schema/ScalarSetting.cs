using Ropewalk.Cli.Configuration.Formats;

namespace Ropewalk.Cli.Configuration.Schema;

/// <summary>Describes a key with a single value.</summary>
internal sealed class ScalarSetting<T>(string name, ValueFormat<T> format, T defaultValue, string doc) : Setting<T>(name, defaultValue, doc)
{
    /// <inheritdoc/>
    public override string TypeText => format.TypeText;

    /// <inheritdoc/>
    public override string? BoundsText => format.BoundsText;

    /// <inheritdoc/>
    public override string? DefaultText => Required || Default is null ? null : format.Write(Default, redacted: true);

    /// <inheritdoc/>
    public override bool TryRead(ConfigurationNode node, ConfigurationProblems problems, out object? value)
    {
        value = null;
        if (node is not ScalarNode { IsNull: false } scalar)
        {
            problems.Add(node.Origin, $"{Label(node.Origin)}{format.TypeText} is expected; this is {node.ShapeText}");
            return false;
        }

        if (!format.TryRead(scalar, out T? typed, out ValueProblem problem))
        {
            problems.Add(scalar.OriginAt(problem.Offset), Label(scalar.Origin) + problem.Message);
            return false;
        }

        value = typed;
        return true;
    }

    /// <inheritdoc/>
    public override string Write(object? value, bool redacted)
    {
        return value is null ? "null" : Secret && redacted ? "\"***\"" : format.Write((T)value, redacted);
    }
}
