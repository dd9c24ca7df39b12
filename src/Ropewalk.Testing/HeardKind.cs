namespace Ropewalk.Testing;

/// <summary>Names what the playing side of a transcript can hear.</summary>
internal enum HeardKind
{
    /// <summary>Nothing has come.</summary>
    Nothing,

    /// <summary>The tested side has said something.</summary>
    Bytes,

    /// <summary>The tested side has ended its output.</summary>
    End,

    /// <summary>The tested side has reset the connection.</summary>
    Reset,
}
