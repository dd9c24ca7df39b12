using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Ropewalk.Cli.Configuration.Formats;

/// <summary>Reads any text without control characters.</summary>
internal sealed class TextFormat(string typeText = "text", int most = 4096) : ValueFormat<string>
{
    /// <inheritdoc/>
    public override string TypeText => typeText;

    /// <inheritdoc/>
    public override string? BoundsText => $"at most {most} characters";

    /// <inheritdoc/>
    public override bool TryRead(ScalarNode node, [MaybeNullWhen(false)] out string value, out ValueProblem problem)
    {
        value = node.Text;
        problem = default;
        if (node.Text.Length > most)
        {
            problem = new ValueProblem($"{node.Text.Length} characters; at most {most} are allowed");
            return false;
        }

        int control = node.Text.AsSpan().IndexOfAnyInRange('\0', '\x1f');
        if (control >= 0)
        {
            problem = new ValueProblem($"a control character (U+{(int)node.Text[control]:X4}) is not allowed here", control);
            return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override string Write(string value, bool redacted) => Quote(value);

    /// <summary>Writes text plain where that reads back as the same text, and quoted as JSON does where not.</summary>
    public static string Quote(string text)
    {
        if (IsPlain(text))
        {
            return text;
        }

        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                < ' ' or '\x7f' or '\x85' or '\u2028' or '\u2029' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static bool IsPlain(string text)
    {
        if (text.Length == 0 || text is "true" or "false" or "null" or "~" || text[^1] == ':')
        {
            return false;
        }

        if (!char.IsAsciiLetterOrDigit(text[0]) && text[0] is not ('/' or '.' or '_'))
        {
            return false;
        }

        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"/._-:=@+*%".Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
