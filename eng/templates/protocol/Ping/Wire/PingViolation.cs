namespace Ping.Wire;

/// <summary>Names each rule that a peer can break. In a protocol with an RFC, each has its section here.</summary>
public enum PingViolation
{
    /// <summary>No rule is broken.</summary>
    None,

    /// <summary>A line is longer than <see cref="PingLine.MaxBytes"/>.</summary>
    TooLong,

    /// <summary>A line holds bytes that are no printable ASCII.</summary>
    NotText,

    /// <summary>A line begins with no word that is known.</summary>
    UnknownWord,
}
