using System.Diagnostics.CodeAnalysis;

namespace Ropewalk.Cli.Configuration.Formats;

/// <summary>Reads a path. A relative one starts at the folder of the file that it is written in, or at the working folder elsewhere.</summary>
internal sealed class PathFormat(string typeText = "a path") : ValueFormat<string>
{
    /// <inheritdoc/>
    public override string TypeText => typeText;

    /// <inheritdoc/>
    public override bool TryRead(ScalarNode node, [MaybeNullWhen(false)] out string value, out ValueProblem problem)
    {
        value = null;
        problem = default;
        if (node.Text.Length is 0 or > 4096)
        {
            problem = new ValueProblem(node.Text.Length == 0 ? "a path is expected" : "the path is longer than 4096 characters");
            return false;
        }

        int control = node.Text.AsSpan().IndexOfAnyInRange('\0', '\x1f');
        if (control >= 0)
        {
            problem = new ValueProblem("a control character is not allowed in a path", control);
            return false;
        }

        value = Path.GetFullPath(node.Text, Path.GetFullPath(node.Origin.Source.BaseFolder));
        return true;
    }

    /// <inheritdoc/>
    public override string Write(string value, bool redacted) => TextFormat.Quote(value);
}
