namespace Ropewalk.Dns.Zones.Text;

/// <summary>Is a place in a file as people name it.</summary>
/// <param name="FileName">The file's name.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The byte of the line, from 1.</param>
public readonly record struct SourcePlace(string FileName, int Line, int Column)
{
    /// <summary>Prints it as <c>file:line:column</c>.</summary>
    public override string ToString() => $"{FileName}:{Line}:{Column}";
}
