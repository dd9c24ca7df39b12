namespace Ropewalk.Cli.Configuration.Schema;

/// <summary>Holds the values of one mapping, each with its origin; what was not written has its default.</summary>
internal sealed class SectionValues(SectionSchema schema, Origin origin)
{
    private readonly Dictionary<Setting, (object? Value, Origin Origin)> _written = [];

    /// <summary>Gets what describes the values.</summary>
    public SectionSchema Schema { get; } = schema;

    /// <summary>Gets where the mapping was written.</summary>
    public Origin Origin { get; } = origin;

    /// <summary>Gets a setting's value.</summary>
    public T Get<T>(Setting<T> setting) => (T)Value(setting)!;

    /// <summary>Gets a setting's value.</summary>
    public object? Value(Setting setting) => _written.TryGetValue(setting, out var written) ? written.Value : setting.DefaultValue;

    /// <summary>Gets where a value was written, or the default origin.</summary>
    public Origin OriginOf(Setting setting) => _written.TryGetValue(setting, out var written) ? written.Origin : Origin.Default;

    /// <summary>Sets a value.</summary>
    public void Set(Setting setting, object? value, Origin origin) => _written[setting] = (value, origin);

    /// <summary>Lists the settings whose values differ, compared as they are written.</summary>
    public IReadOnlyList<Setting> ChangesFrom(SectionValues before)
    {
        return [.. Schema.Settings.Where(s => s.Write(Value(s), redacted: false) != s.Write(before.Value(s), redacted: false))];
    }
}
