namespace Ropewalk.Cli.Configuration;

/// <summary>
/// Reads overrides from the environment. <b>Shape</b>: <c>ROPEWALK__SECTION__KEY</c>, dashes of a key as underscores; a list is replaced by
/// <c>…__KEY</c> (one item) or <c>…__KEY__0</c>, <c>…__KEY__1</c>; an item of a repeated section is chosen by its number: <c>ROPEWALK__FORWARD__0__TO</c>.
/// </summary>
internal static class EnvironmentTree
{
    /// <summary>What every variable begins with. Two underscores, so that <c>ROPEWALK_…</c> stays free for other uses.</summary>
    public const string Prefix = "ROPEWALK__";

    /// <summary>Names the variable of a setting.</summary>
    public static string VariableOf(string section, string key) => $"{Prefix}{Upper(section)}__{Upper(key)}";

    /// <summary>Makes a tree of all variables with the prefix.</summary>
    public static MappingNode Read(IReadOnlyDictionary<string, string> environment, string workingFolder, ConfigurationProblems problems)
    {
        var root = new Branch();
        foreach ((string name, string value) in environment.Where(v => v.Key.StartsWith(Prefix, StringComparison.Ordinal)).OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            var origin = new Origin(new ConfigurationSource(ConfigurationSourceKind.Environment, name, workingFolder));
            string[] path = name[Prefix.Length..].Split("__");
            if (path.Length is < 2 or > 6 || path.Any(p => p.Length == 0))
            {
                problems.Add(origin, $"a variable names a section and a key: {Prefix}SECTION__KEY");
                continue;
            }

            root.Put([.. path.Select(p => p.ToLowerInvariant().Replace('_', '-'))], new ScalarNode(origin, value, plain: true, textOffset: null), problems);
        }

        return root.ToNode(new Origin(new ConfigurationSource(ConfigurationSourceKind.Environment, Prefix, workingFolder)));
    }

    private static string Upper(string key) => key.ToUpperInvariant().Replace('-', '_');

    private sealed class Branch
    {
        private readonly List<(string Key, Origin Origin, Branch? Inner, ScalarNode? Leaf)> _children = [];

        public void Put(ReadOnlySpan<string> path, ScalarNode leaf, ConfigurationProblems problems)
        {
            string key = path[0];
            int index = _children.FindIndex(c => c.Key == key);
            if (path.Length == 1)
            {
                if (index >= 0)
                {
                    problems.Add(leaf.Origin, "this and a longer variable that begins with its name cannot both be set");
                    return;
                }

                _children.Add((key, leaf.Origin, null, leaf));
                return;
            }

            if (index < 0)
            {
                index = _children.Count;
                _children.Add((key, leaf.Origin, new Branch(), null));
            }

            if (_children[index].Inner is { } inner)
            {
                inner.Put(path[1..], leaf, problems);
                return;
            }

            problems.Add(leaf.Origin, $"this and {_children[index].Origin.Source.Name} cannot both be set");
        }

        public MappingNode ToNode(Origin origin)
        {
            return new MappingNode(origin, [.. _children.Select(c => new MappingEntry(c.Key, c.Origin, c.Leaf is null ? c.Inner!.ToNode(c.Origin) : c.Leaf))]);
        }
    }
}
