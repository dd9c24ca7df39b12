using System.Text;

namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Are the columns in which dig's lines have TTL, class, type and rdata: they move to the left where one is missing.</summary>
internal readonly record struct DigColumns(int Ttl, int Class, int Type, int Rdata)
{
    private const int TabWidth = 8;

    /// <summary>Gets those of a question's lines.</summary>
    public static DigColumns Of(DigRequest request) => (request.IsMultiline || (!request.HasTtl && !request.HasClass)) ? new(24, 24, 24, 32)
        : request.HasTtl && request.HasClass ? new(24, 32, 40, 48) : new(24, 24, 32, 40);

    /// <summary>Puts a text into a column: tabs to it, and at least a blank.</summary>
    /// <returns>The column behind the text.</returns>
    public static int Put(StringBuilder line, int column, int to, string text)
    {
        int target = Math.Max(to, column + 1);
        int tabs = (target / TabWidth) - (column / TabWidth);
        line.Append('\t', tabs);
        column = tabs > 0 ? target / TabWidth * TabWidth : column;
        line.Append(' ', target - column).Append(text);
        return target + text.Length;
    }
}
