namespace Ropewalk.Testing;

/// <summary>Says in what pieces bytes reach what is tested: a peer's framing must never depend on them.</summary>
public enum Delivery
{
    /// <summary>All that can be said at once arrives at once.</summary>
    Whole,

    /// <summary>Each line arrives on its own, after what it answers.</summary>
    PerLine,

    /// <summary>Each byte arrives on its own, and in a segment of its own.</summary>
    PerByte,
}
