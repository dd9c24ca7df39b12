using Ropewalk.Diagnostics;

namespace Ropewalk.Security.Tls;

/// <summary>Reports that TLS on a connection failed. The connection is lost; the message holds no secrets.</summary>
public sealed class TlsException : ProtocolException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="message">One sentence for a log.</param>
    /// <param name="side">Whose fault it is.</param>
    /// <param name="specSection">The rule, where a document has one.</param>
    /// <param name="innerException">The cause.</param>
    public TlsException(TlsFailure failure, string message, ErrorSide side, string? specSection = null, Exception? innerException = null)
        : base(message, side, ErrorScope.Connection, specSection, innerException: innerException) => Failure = failure;

    /// <summary>Gets what went wrong.</summary>
    public TlsFailure Failure { get; }
}
