namespace Ropewalk.Cli.Configuration;

/// <summary>Marks one spot in a source. Lines and columns start at 1; both are 0 in a source that has none.</summary>
internal readonly record struct Origin(ConfigurationSource Source, int Line = 0, int Column = 0) : IComparable<Origin>
{
    /// <summary>The origin of a value that nobody wrote.</summary>
    public static Origin Default { get; } = new(ConfigurationSource.Default);

    /// <summary>Moves the mark within its line, which is how an error inside a value gets its own column.</summary>
    public Origin Shift(int columns) => Line == 0 ? this : this with { Column = Column + columns };

    /// <inheritdoc/>
    public int CompareTo(Origin other)
    {
        int order = Source.Kind.CompareTo(other.Source.Kind);
        order = order != 0 ? order : string.CompareOrdinal(Source.Name, other.Source.Name);
        order = order != 0 ? order : Line.CompareTo(other.Line);
        return order != 0 ? order : Column.CompareTo(other.Column);
    }

    /// <summary>Writes the mark as compilers do, so that editors can jump to it.</summary>
    public override string ToString() => Source.Kind switch
    {
        ConfigurationSourceKind.Environment => $"environment variable {Source.Name}",
        _ when Line == 0 => Source.Name,
        _ => $"{Source.Name}:{Line}:{Column}",
    };
}
