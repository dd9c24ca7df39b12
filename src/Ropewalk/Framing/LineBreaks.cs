namespace Ropewalk.Framing;

/// <summary>Says what ends a line beside CRLF, which always does.</summary>
/// <param name="BareLf">What an LF without a CR before it is.</param>
/// <param name="BareCr">What a CR without an LF behind it is.</param>
public readonly record struct LineBreaks(BareBreak BareLf, BareBreak BareCr)
{
    /// <summary>LF ends a line as CRLF does, and a lone CR is a byte like others: what people type, and what most servers take.</summary>
    public static LineBreaks Lenient => new(BareBreak.End, BareBreak.Keep);

    /// <summary>Only CRLF ends a line, and a lone CR or LF is refused: nobody can smuggle a line past a peer that reads breaks otherwise.</summary>
    public static LineBreaks Strict => new(BareBreak.Refuse, BareBreak.Refuse);

    /// <summary>CR, LF and CRLF each end a line.</summary>
    public static LineBreaks Any => new(BareBreak.End, BareBreak.End);
}
