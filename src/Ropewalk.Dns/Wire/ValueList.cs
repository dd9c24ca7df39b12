namespace Ropewalk.Dns.Wire;

/// <summary>Makes lists for collection expressions.</summary>
public static class ValueList
{
    /// <summary>Makes a list of a copy of items.</summary>
    public static ValueList<T> Create<T>(ReadOnlySpan<T> items) => new(items.ToArray());
}
