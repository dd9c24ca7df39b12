namespace Ropewalk.Framing;

/// <summary>Says what a CR or an LF that stands alone is, in a protocol whose lines end with CRLF.</summary>
public enum BareBreak
{
    /// <summary>It ends the line too.</summary>
    End,

    /// <summary>It belongs to the line.</summary>
    Keep,

    /// <summary>It is a violation; the line that holds it is skipped, to its CRLF.</summary>
    Refuse,
}
