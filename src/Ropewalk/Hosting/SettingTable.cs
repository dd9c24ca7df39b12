using System.Collections;

namespace Ropewalk.Hosting;

/// <summary>
/// Lists the settings of an options type and what a change of each touches: the one place from which a reload decides and the documentation
/// is made. Written out by hand, so that it works without reflection; a setting that is missing here is one that a reload does not see.
/// </summary>
/// <typeparam name="TOptions">The options.</typeparam>
public sealed class SettingTable<TOptions>
    where TOptions : class
{
    private readonly List<(Setting Setting, Func<TOptions, object?> Read)> _rows = [];

    /// <summary>Gets the settings, in the order in which they were added.</summary>
    public IReadOnlyList<Setting> Settings => [.. _rows.Select(row => row.Setting)];

    /// <summary>Adds a setting that takes effect at once, for open connections too.</summary>
    /// <param name="name">The name, as in the configuration file.</param>
    /// <param name="read">Reads the value. Values are compared with <see cref="object.Equals(object?, object?)"/>, sequences item by item.</param>
    public SettingTable<TOptions> Live(string name, Func<TOptions, object?> read) => Add(name, SettingScope.Live, read);

    /// <summary>Adds a setting that takes effect for new connections.</summary>
    /// <inheritdoc cref="Live"/>
    public SettingTable<TOptions> NewConnections(string name, Func<TOptions, object?> read) => Add(name, SettingScope.NewConnections, read);

    /// <summary>Adds a setting that needs a new start of its own service.</summary>
    /// <inheritdoc cref="Live"/>
    public SettingTable<TOptions> Restart(string name, Func<TOptions, object?> read) => Add(name, SettingScope.Restart, read);

    /// <summary>Lists the settings whose values differ.</summary>
    public IReadOnlyList<Setting> Compare(TOptions before, TOptions after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return [.. _rows.Where(row => !AreEqual(row.Read(before), row.Read(after))).Select(row => row.Setting)];
    }

    private static bool AreEqual(object? left, object? right)
    {
        if (left is string || right is string || left is not IEnumerable leftItems || right is not IEnumerable rightItems)
        {
            return Equals(left, right);
        }

        IEnumerator rightItem = rightItems.GetEnumerator();
        foreach (object? leftItem in leftItems)
        {
            if (!rightItem.MoveNext() || !AreEqual(leftItem, rightItem.Current))
            {
                return false;
            }
        }

        return !rightItem.MoveNext();
    }

    private SettingTable<TOptions> Add(string name, SettingScope scope, Func<TOptions, object?> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(read);
        if (_rows.Any(row => row.Setting.Name == name))
        {
            throw new ArgumentException($"The setting '{name}' is in the table already.", nameof(name));
        }

        _rows.Add((new Setting(name, scope), read));
        return this;
    }
}
