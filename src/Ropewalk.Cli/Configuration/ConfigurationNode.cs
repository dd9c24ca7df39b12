namespace Ropewalk.Cli.Configuration;

/// <summary>Is a node of the configuration's tree: what was written, and where. Nothing is interpreted yet.</summary>
internal abstract class ConfigurationNode(Origin origin)
{
    /// <summary>Gets where the node begins.</summary>
    public Origin Origin { get; } = origin;

    /// <summary>Gets how many nodes the tree below and including this one has, an alias counted as often as it is used.</summary>
    public abstract int Size { get; }

    /// <summary>Gets the node's shape in words, for messages.</summary>
    public abstract string ShapeText { get; }
}

/// <summary>Is a single value.</summary>
/// <param name="origin">Where it begins.</param>
/// <param name="text">Its text, unquoted.</param>
/// <param name="plain">Whether it was written without quotes, so that <c>true</c> may mean a truth value.</param>
/// <param name="textOffset">How many columns after <paramref name="origin"/> the text itself begins; null where columns do not follow the text (escapes, folded lines).</param>
internal sealed class ScalarNode(Origin origin, string text, bool plain, int? textOffset = 0) : ConfigurationNode(origin)
{
    /// <summary>Gets the text.</summary>
    public string Text { get; } = text;

    /// <summary>Gets whether it was written without quotes.</summary>
    public bool Plain { get; } = plain;

    /// <summary>Gets whether nothing was written: <c>key:</c>, <c>~</c> or <c>null</c>.</summary>
    public bool IsNull => Plain && Text is ("" or "~" or "null");

    /// <inheritdoc/>
    public override int Size => 1;

    /// <inheritdoc/>
    public override string ShapeText => IsNull ? "nothing" : "a single value";

    /// <summary>Gets the mark of one character of the text, as near as columns allow.</summary>
    public Origin OriginAt(int offset) => textOffset is int start ? Origin.Shift(start + offset) : Origin;
}

/// <summary>Is a list of nodes.</summary>
internal sealed class SequenceNode(Origin origin, IReadOnlyList<ConfigurationNode> items) : ConfigurationNode(origin)
{
    /// <summary>Gets the items in order.</summary>
    public IReadOnlyList<ConfigurationNode> Items { get; } = items;

    /// <inheritdoc/>
    public override int Size { get; } = SumOf(items);

    /// <inheritdoc/>
    public override string ShapeText => "a list";

    private static int SumOf(IReadOnlyList<ConfigurationNode> items)
    {
        int size = 1;
        foreach (ConfigurationNode item in items)
        {
            size += item.Size;
        }

        return size;
    }
}

/// <summary>Is a mapping of unique keys to nodes, in the order written.</summary>
internal sealed class MappingNode(Origin origin, IReadOnlyList<MappingEntry> entries) : ConfigurationNode(origin)
{
    /// <summary>Gets the entries in order.</summary>
    public IReadOnlyList<MappingEntry> Entries { get; } = entries;

    /// <inheritdoc/>
    public override int Size { get; } = SumOf(entries);

    /// <inheritdoc/>
    public override string ShapeText => "a mapping";

    /// <summary>Finds the value of a key.</summary>
    public ConfigurationNode? this[string key]
    {
        get
        {
            foreach (MappingEntry entry in Entries)
            {
                if (entry.Key == key)
                {
                    return entry.Value;
                }
            }

            return null;
        }
    }

    private static int SumOf(IReadOnlyList<MappingEntry> entries)
    {
        int size = 1;
        foreach (MappingEntry entry in entries)
        {
            size += 1 + entry.Value.Size;
        }

        return size;
    }
}
