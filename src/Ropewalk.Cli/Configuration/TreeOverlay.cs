namespace Ropewalk.Cli.Configuration;

/// <summary>Lays one tree over another: mappings merge key by key, everything else is replaced whole.</summary>
internal static class TreeOverlay
{
    /// <summary>Lays <paramref name="above"/> over <paramref name="below"/>.</summary>
    public static MappingNode Lay(MappingNode above, MappingNode below, ConfigurationProblems problems)
    {
        var entries = new List<MappingEntry>(below.Entries);
        foreach (MappingEntry entry in above.Entries)
        {
            int index = entries.FindIndex(e => e.Key == entry.Key);
            if (index < 0)
            {
                entries.Add(entry with { Value = Settle(entry.Value, problems) });
            }
            else
            {
                entries[index] = entries[index] with { Value = LayNode(entry.Value, entries[index].Value, entry.Key, problems) };
            }
        }

        return new MappingNode(below.Origin, entries);
    }

    private static ConfigurationNode LayNode(ConfigurationNode above, ConfigurationNode below, string key, ConfigurationProblems problems)
    {
        if (above is not MappingNode mapping)
        {
            return above;
        }

        bool numbered = IsNumbered(mapping);
        return below switch
        {
            MappingNode inner when numbered => OneOrList(below.Origin, LayItems(mapping, [inner], problems)),
            MappingNode inner => Lay(mapping, inner, problems),
            SequenceNode { Items: var items } when numbered && items.All(i => i is MappingNode) => new SequenceNode(below.Origin, LayItems(mapping, items, problems)),
            SequenceNode { Items: [MappingNode only] } when !numbered => new SequenceNode(below.Origin, [Lay(mapping, only, problems)]),
            SequenceNode { Items: { Count: > 1 } items } when !numbered && items.All(i => i is MappingNode) => Ambiguous(mapping, below, key, items.Count, problems),
            _ => Settle(mapping, problems),
        };
    }

    private static ConfigurationNode OneOrList(Origin origin, List<ConfigurationNode> items) => items.Count == 1 ? items[0] : new SequenceNode(origin, items);

    private static List<ConfigurationNode> LayItems(MappingNode numbered, IReadOnlyList<ConfigurationNode> below, ConfigurationProblems problems)
    {
        var items = new List<ConfigurationNode>(below);
        foreach (MappingEntry entry in numbered.Entries.OrderBy(e => int.Parse(e.Key, System.Globalization.CultureInfo.InvariantCulture)))
        {
            int index = int.Parse(entry.Key, System.Globalization.CultureInfo.InvariantCulture);
            if (index < items.Count)
            {
                items[index] = LayNode(entry.Value, items[index], entry.Key, problems);
            }
            else if (index == items.Count)
            {
                items.Add(Settle(entry.Value, problems));
            }
            else
            {
                problems.Add(FirstOrigin(entry.Value), $"there is no item {index}: the list has {items.Count}, numbered from 0");
            }
        }

        return items;
    }

    /// <summary>Turns mappings of numbers into lists where there is nothing below to merge with.</summary>
    private static ConfigurationNode Settle(ConfigurationNode node, ConfigurationProblems problems)
    {
        if (node is not MappingNode mapping)
        {
            return node;
        }

        return IsNumbered(mapping)
            ? new SequenceNode(FirstOrigin(mapping), LayItems(mapping, [], problems))
            : new MappingNode(mapping.Origin, [.. mapping.Entries.Select(e => e with { Value = Settle(e.Value, problems) })]);
    }

    private static ConfigurationNode Ambiguous(MappingNode above, ConfigurationNode below, string key, int count, ConfigurationProblems problems)
    {
        problems.Add(FirstOrigin(above), $"'{key}' has {count} items; say which one by its number, from 0 to {count - 1}");
        return below;
    }

    private static bool IsNumbered(MappingNode mapping)
    {
        return mapping.Entries.Count > 0 && mapping.Entries.All(e => e.Key.Length is > 0 and <= 4 && e.Key.All(char.IsAsciiDigit));
    }

    private static Origin FirstOrigin(ConfigurationNode node)
    {
        return node is MappingNode { Entries: [var first, ..] } ? FirstOrigin(first.Value) : node.Origin;
    }
}
