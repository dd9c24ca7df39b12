using System.Diagnostics.CodeAnalysis;

namespace Ropewalk.Cli.Configuration.Formats;

/// <summary>Reads one of a few words.</summary>
internal sealed class ChoiceFormat<T>(params (string Word, T Value)[] choices) : ValueFormat<T>
{
    /// <inheritdoc/>
    public override string TypeText => "one of " + string.Join(", ", choices.Select(c => c.Word));

    /// <inheritdoc/>
    public override bool TryRead(ScalarNode node, [MaybeNullWhen(false)] out T value, out ValueProblem problem)
    {
        foreach ((string word, T meaning) in choices)
        {
            if (word == node.Text)
            {
                value = meaning;
                problem = default;
                return true;
            }
        }

        value = default;
        problem = new ValueProblem($"'{YamlTreeReader.Shown(node.Text)}' is not {TypeText}{DidYouMean(node.Text)}");
        return false;
    }

    /// <inheritdoc/>
    public override string Write(T value, bool redacted) => choices.First(c => EqualityComparer<T>.Default.Equals(c.Value, value)).Word;

    private string DidYouMean(string written)
    {
        return Spelling.Nearest(written, choices.Select(c => c.Word)) is string nearest ? $"; did you mean '{nearest}'?" : "";
    }
}
