namespace Ropewalk.Cli.Configuration.Schema;

/// <summary>Describes a mapping of settings: a section of the file, or a group inside one.</summary>
internal sealed class SectionSchema(string name, string doc, IReadOnlyList<Setting> settings)
{
    /// <summary>The most mappings in one repeatable section.</summary>
    public const int MostRepeats = 1000;

    /// <summary>Gets the section's key, in kebab-case.</summary>
    public string Name { get; } = name;

    /// <summary>Gets one sentence that says what it configures.</summary>
    public string Doc { get; } = doc;

    /// <summary>Gets the settings, in the order in which they are printed.</summary>
    public IReadOnlyList<Setting> Settings { get; } = settings;

    /// <summary>Gets whether the section may be a list of mappings, one for each service of its kind.</summary>
    public bool Repeatable { get; init; }

    /// <summary>Gets a check across settings; it runs when each of them alone is right.</summary>
    public Action<SectionValues, ConfigurationProblems>? Check { get; init; }

    /// <summary>Reads a whole section: one mapping, or each of a list of them.</summary>
    public IReadOnlyList<SectionValues> ReadAll(ConfigurationNode node, ConfigurationProblems problems)
    {
        if (!Repeatable || node is not SequenceNode sequence)
        {
            return [Read(node, problems)];
        }

        if (sequence.Items.Count > MostRepeats)
        {
            problems.Add(node.Origin, $"'{Name}' has {sequence.Items.Count} items; at most {MostRepeats} are allowed");
        }

        return [.. sequence.Items.Take(MostRepeats).Select(item => Read(item, problems))];
    }

    /// <summary>Reads one mapping: unknown keys, missing keys and wrong values all become problems.</summary>
    public SectionValues Read(ConfigurationNode node, ConfigurationProblems problems)
    {
        var values = new SectionValues(this, node.Origin);
        int before = problems.Count;
        if (node is not MappingNode && node is not ScalarNode { IsNull: true })
        {
            problems.Add(node.Origin, $"'{Name}' is {(Repeatable ? "a mapping of settings, or a list of them" : "a mapping of settings")}; this is {node.ShapeText}");
            return values;
        }

        IReadOnlyList<MappingEntry> entries = node is MappingNode mapping ? mapping.Entries : [];
        foreach (MappingEntry entry in entries)
        {
            Setting? setting = Settings.FirstOrDefault(s => s.Name == entry.Key);
            if (setting is null)
            {
                string suggestion = Spelling.Suggest(entry.Key, [.. Settings.Select(s => s.Name)]);
                problems.Add(entry.KeyOrigin, $"'{Name}' has no key '{YamlTreeReader.Shown(entry.Key)}'{suggestion}");
            }
            else if (setting.TryRead(entry.Value, problems, out object? value))
            {
                values.Set(setting, value, entry.Value.Origin);
            }
        }

        foreach (Setting missing in Settings.Where(s => s.Required && !entries.Any(e => e.Key == s.Name)))
        {
            problems.Add(node.Origin, $"'{Name}' needs '{missing.Name}': {missing.TypeText}");
        }

        if (problems.Count == before)
        {
            Check?.Invoke(values, problems);
        }

        return values;
    }
}
