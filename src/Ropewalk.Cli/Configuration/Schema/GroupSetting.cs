namespace Ropewalk.Cli.Configuration.Schema;

/// <summary>Describes a key whose value is a list of mappings with a schema of their own: zones, mailboxes, users.</summary>
internal sealed class GroupSetting(string name, SectionSchema schema, string doc) : Setting<IReadOnlyList<SectionValues>>(name, [], doc)
{
    /// <summary>The most groups in one list.</summary>
    public const int Most = 1000;

    /// <inheritdoc/>
    public override bool IsList => true;

    /// <inheritdoc/>
    public override SectionSchema? Nested => schema;

    /// <inheritdoc/>
    public override string TypeText => "a list of mappings";

    /// <inheritdoc/>
    public override string? BoundsText => $"at most {Most}";

    /// <inheritdoc/>
    public override string? DefaultText => Required ? null : "[]";

    /// <inheritdoc/>
    public override bool TryRead(ConfigurationNode node, ConfigurationProblems problems, out object? value)
    {
        IReadOnlyList<ConfigurationNode> items = node is SequenceNode sequence ? sequence.Items : [node];
        if (items.Count > Most)
        {
            problems.Add(node.Origin, $"'{Name}' has {items.Count} items; at most {Most} are allowed");
        }

        int before = problems.Count;
        value = items.Take(Most).Select(item => schema.Read(item, problems)).ToList();
        return problems.Count == before;
    }

    /// <inheritdoc/>
    public override string Write(object? value, bool redacted)
    {
        // a flow mapping is valid YAML anywhere; the effective configuration prints groups as blocks
        IEnumerable<string> groups = ((IReadOnlyList<SectionValues>)value!).Select(
            group => "{" + string.Join(", ", schema.Settings.Select(s => $"{s.Name}: {s.Write(group.Value(s), redacted)}")) + "}");
        return "[" + string.Join(", ", groups) + "]";
    }
}
