namespace Ropewalk.Dns.Wire.Text;

/// <summary>Is one word or quoted text of a master file, its escapes still as they were written.</summary>
/// <remarks><b>Lifetime</b>: as long as the file's bytes.</remarks>
public readonly ref struct MasterFileToken
{
    internal MasterFileToken(MasterFileTokenKind kind, ReadOnlySpan<byte> text, int offset, bool followsBlank)
    {
        Kind = kind;
        Text = text;
        Offset = offset;
        FollowsBlank = followsBlank;
    }

    /// <summary>Gets what it is.</summary>
    public MasterFileTokenKind Kind { get; }

    /// <summary>Gets the text, without quotes.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Gets where it begins, its quote included.</summary>
    public int Offset { get; }

    /// <summary>Says whether a blank, a parenthesis or a comment is before it: an entry that begins so has the owner of the one before. <b>Spec</b>: RFC 1035 §5.1.</summary>
    public bool FollowsBlank { get; }

    /// <summary>Says whether this is a word or a quoted text.</summary>
    public bool IsText => Kind >= MasterFileTokenKind.Word;

    internal int End => Offset + Text.Length + (Kind == MasterFileTokenKind.Quoted ? 2 : 0);
}
