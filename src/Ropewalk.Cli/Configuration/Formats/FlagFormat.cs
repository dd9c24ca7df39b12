namespace Ropewalk.Cli.Configuration.Formats;

/// <summary>Reads <c>true</c> and <c>false</c>.</summary>
internal sealed class FlagFormat : ValueFormat<bool>
{
    /// <inheritdoc/>
    public override string TypeText => "true or false";

    /// <inheritdoc/>
    public override bool TryRead(ScalarNode node, out bool value, out ValueProblem problem)
    {
        value = node.Text == "true";
        bool word = node.Text is "true" or "false";
        problem = new ValueProblem(word ? "this is text: write it without quotes" : $"true or false is expected, not '{YamlTreeReader.Shown(node.Text)}'");
        return word && node.Plain;
    }

    /// <inheritdoc/>
    public override string Write(bool value, bool redacted) => value ? "true" : "false";
}
