using System.Diagnostics.CodeAnalysis;

namespace Ropewalk.Cli.Configuration.Formats;

/// <summary>Reads and writes one kind of single value.</summary>
internal abstract class ValueFormat<T>
{
    /// <summary>Gets the kind in a few words, with an article where it needs one.</summary>
    public abstract string TypeText { get; }

    /// <summary>Gets what bounds it, or null.</summary>
    public virtual string? BoundsText => null;

    /// <summary>Makes the value.</summary>
    public abstract bool TryRead(ScalarNode node, [MaybeNullWhen(false)] out T value, out ValueProblem problem);

    /// <summary>Writes the value as a YAML scalar that reads back as the same.</summary>
    public abstract string Write(T value, bool redacted);
}
