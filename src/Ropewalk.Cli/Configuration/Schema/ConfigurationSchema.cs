namespace Ropewalk.Cli.Configuration.Schema;

/// <summary>Lists every section a configuration may have.</summary>
internal sealed class ConfigurationSchema(IReadOnlyList<SectionSchema> sections)
{
    /// <summary>Gets the sections, in the order in which they are printed.</summary>
    public IReadOnlyList<SectionSchema> Sections { get; } = sections;

    /// <summary>Gets whether these are all sections there are, and not those of one command.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>Reads a whole tree; everything that is wrong goes to <paramref name="problems"/>.</summary>
    public EffectiveConfiguration Read(MappingNode root, ConfigurationProblems problems)
    {
        var read = new Dictionary<SectionSchema, IReadOnlyList<SectionValues>>();
        foreach (MappingEntry entry in root.Entries)
        {
            SectionSchema? section = Sections.FirstOrDefault(s => s.Name == entry.Key);
            if (section is null)
            {
                string suggestion = Spelling.Suggest(entry.Key, [.. Sections.Select(s => s.Name)]);
                problems.Add(entry.KeyOrigin, $"there is no section '{YamlTreeReader.Shown(entry.Key)}'{suggestion}");
            }
            else
            {
                read[section] = section.ReadAll(entry.Value, problems);
            }
        }

        return new EffectiveConfiguration(this, root.Origin, read);
    }
}
