namespace Ropewalk.Testing;

/// <summary>Names what a line of a transcript is.</summary>
internal enum TranscriptStepKind
{
    /// <summary>One side says something.</summary>
    Say,

    /// <summary>One side ends its output.</summary>
    End,

    /// <summary>One side resets the connection.</summary>
    Reset,

    /// <summary>Time passes.</summary>
    Wait,

    /// <summary>The transport is upgraded.</summary>
    Upgrade,

    /// <summary>The tested side is asked to say goodbye.</summary>
    Stop,

    /// <summary>Nothing is said before everything expected has come.</summary>
    Sync,
}
