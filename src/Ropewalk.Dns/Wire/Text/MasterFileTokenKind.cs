namespace Ropewalk.Dns.Wire.Text;

/// <summary>Names what stands in a master file.</summary>
public enum MasterFileTokenKind : byte
{
    /// <summary>The end of the text.</summary>
    EndOfText,

    /// <summary>The end of an entry: of a line, outside of parentheses.</summary>
    EndOfEntry,

    /// <summary>A word, up to the next blank.</summary>
    Word,

    /// <summary>A text in quotes.</summary>
    Quoted,
}
