using Ropewalk.Cli.Configuration.Schema;

namespace Ropewalk.Cli.Configuration;

/// <summary>Is the configuration that counts: file, environment and command line laid over the defaults, checked.</summary>
internal sealed class EffectiveConfiguration(ConfigurationSchema schema, Origin origin, IReadOnlyDictionary<SectionSchema, IReadOnlyList<SectionValues>> sections)
{
    /// <summary>Gets what describes it.</summary>
    public ConfigurationSchema Schema { get; } = schema;

    /// <summary>Gets where it begins.</summary>
    public Origin Origin { get; } = origin;

    /// <summary>Gets the mappings of a section that was written; none if it was not.</summary>
    public IReadOnlyList<SectionValues> All(SectionSchema section) => sections.TryGetValue(section, out var values) ? values : [];

    /// <summary>Gets a section that there is always one of, written or not.</summary>
    public SectionValues One(SectionSchema section) => sections.TryGetValue(section, out var values) && values.Count > 0 ? values[0] : new SectionValues(section, Origin.Default);
}
