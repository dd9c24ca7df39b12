namespace Ropewalk.Diagnostics;

/// <summary>
/// Reports a failure of a conversation: whose fault it is, what is lost by it, and which rule of which specification was broken.
/// </summary>
/// <remarks>
/// A peer's <em>answer</em> is never thrown: a 550 or an NXDOMAIN is a value. Thrown is what leaves the caller without an answer.
/// </remarks>
public class ProtocolException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened, in words that a log reader understands without the source.</param>
    /// <param name="side">Whose fault it is.</param>
    /// <param name="scope">What is lost.</param>
    /// <param name="specSection">The rule, as <c>RFC 1288 §2.3</c>; null where no document has one.</param>
    /// <param name="streamOffset">The offset in bytes from the start of the peer's stream where the rule was broken; null where unknown.</param>
    /// <param name="innerException">The cause, if another exception is it.</param>
    public ProtocolException(
        string message,
        ErrorSide side,
        ErrorScope scope,
        string? specSection = null,
        long? streamOffset = null,
        Exception? innerException = null)
        : base(message, innerException)
    {
        Side = side;
        Scope = scope;
        SpecSection = specSection;
        StreamOffset = streamOffset;
    }

    /// <summary>Gets whose fault it is.</summary>
    public ErrorSide Side { get; }

    /// <summary>Gets what is lost.</summary>
    public ErrorScope Scope { get; }

    /// <summary>Gets the rule that was broken, as <c>RFC 1288 §2.3</c>, or null.</summary>
    public string? SpecSection { get; }

    /// <summary>Gets the offset in bytes from the start of the peer's stream, or null.</summary>
    public long? StreamOffset { get; }
}
