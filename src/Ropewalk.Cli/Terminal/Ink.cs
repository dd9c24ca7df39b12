namespace Ropewalk.Cli.Terminal;

/// <summary>Names the few ways in which output is set off, by what it is and not by how it looks.</summary>
internal enum Ink
{
    /// <summary>Ordinary text.</summary>
    Plain,

    /// <summary>A heading.</summary>
    Heading,

    /// <summary>Something to type or to open.</summary>
    Accent,

    /// <summary>Less important.</summary>
    Faint,

    /// <summary>Good news.</summary>
    Good,

    /// <summary>A warning.</summary>
    Warning,

    /// <summary>Bad news.</summary>
    Bad,
}
