namespace Ropewalk.Cli.Configuration.Schema;

/// <summary>Describes a key with a typed value. The object itself is the key by which a section's values are asked for.</summary>
internal abstract class Setting<T>(string name, T defaultValue, string doc) : Setting(name, doc)
{
    /// <summary>Gets the typed default.</summary>
    public T Default { get; } = defaultValue;

    /// <inheritdoc/>
    public override object? DefaultValue => Default;
}
