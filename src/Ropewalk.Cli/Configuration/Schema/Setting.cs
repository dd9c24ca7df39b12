namespace Ropewalk.Cli.Configuration.Schema;

/// <summary>
/// Describes one key of a section, once: reading, checking, printing, the command-line option, the environment variable and the table in the
/// documentation are all made from this.
/// </summary>
internal abstract class Setting(string name, string doc)
{
    /// <summary>Gets the key, in kebab-case.</summary>
    public string Name { get; } = name;

    /// <summary>Gets one sentence that says what it does.</summary>
    public string Doc { get; } = doc;

    /// <summary>Gets when a change is felt.</summary>
    public TakesEffect Effect { get; init; } = TakesEffect.RestartsService;

    /// <summary>Gets whether it must be given.</summary>
    public bool Required { get; init; }

    /// <summary>Gets whether its value must not be shown.</summary>
    public bool Secret { get; init; }

    /// <summary>Gets whether it can be given as a command-line option.</summary>
    public bool IsOption { get; init; } = true;

    /// <summary>Gets whether it takes a list, so that its option may be repeated.</summary>
    public virtual bool IsList => false;

    /// <summary>Gets the settings of a nested mapping, or null.</summary>
    public virtual SectionSchema? Nested => null;

    /// <summary>Gets the kind of value in a few words.</summary>
    public abstract string TypeText { get; }

    /// <summary>Gets what bounds it, or null.</summary>
    public abstract string? BoundsText { get; }

    /// <summary>Gets the default as it would be written, or null if there is none.</summary>
    public abstract string? DefaultText { get; }

    /// <summary>Gets the default.</summary>
    public abstract object? DefaultValue { get; }

    /// <summary>Makes the value from what was written; what is wrong goes to <paramref name="problems"/>.</summary>
    /// <returns>Whether there is a value.</returns>
    public abstract bool TryRead(ConfigurationNode node, ConfigurationProblems problems, out object? value);

    /// <summary>Writes a value as YAML; nested mappings write themselves.</summary>
    public abstract string Write(object? value, bool redacted);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Begins a message about the value with the key, unless the place where it was written already names it.</summary>
    public string Label(Origin at) => at.Source.Kind is ConfigurationSourceKind.Environment or ConfigurationSourceKind.CommandLine ? "" : $"'{Name}': ";
}
