namespace Ropewalk.WebSockets.Wire;

/// <summary>Is the start line and the fields of an HTTP/1.1 message, as they were sent.</summary>
internal sealed record HeaderBlock(string StartLine, IReadOnlyList<KeyValuePair<string, string>> Fields)
{
    /// <summary>Counts the lines of a field.</summary>
    public int Count(string name) => Fields.Count(field => Is(field, name));

    /// <summary>Gets the first value of a field, or null.</summary>
    public string? Get(string name)
    {
        foreach (KeyValuePair<string, string> field in Fields)
        {
            if (Is(field, name))
            {
                return field.Value;
            }
        }

        return null;
    }

    /// <summary>Gets the items of a list field, of all its lines. <b>Spec</b>: RFC 9110 §5.6.1.</summary>
    public IEnumerable<string> List(string name) =>
        Fields.Where(field => Is(field, name)).SelectMany(field => field.Value.Split(',')).Select(item => item.Trim(' ', '\t')).Where(item => item.Length > 0);

    /// <summary>Tells whether a list field has an item, whatever the case.</summary>
    public bool Lists(string name, string item) => List(name).Contains(item, StringComparer.OrdinalIgnoreCase);

    private static bool Is(in KeyValuePair<string, string> field, string name) => string.Equals(field.Key, name, StringComparison.OrdinalIgnoreCase);
}
