using Ropewalk.Diagnostics;

namespace Ropewalk.Storage;

/// <summary>Reports that a record store could not do what it was asked. The message says what is lost; it never shows a record's content.</summary>
public sealed class RecordStoreException : ProtocolException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="failure">What went wrong.</param>
    /// <param name="operation">What was tried: <c>open</c>, <c>read</c>, <c>change</c>.</param>
    /// <param name="reason">What went wrong, and what is lost, in words and without a full stop.</param>
    /// <param name="innerException">The cause.</param>
    public RecordStoreException(RecordStoreFailure failure, string operation, string reason, Exception? innerException = null)
        : base($"Cannot {operation} the record store: {reason}.", ErrorSide.Local, ErrorScope.Operation, innerException: innerException)
    {
        Failure = failure;
        Reason = reason;
    }

    /// <summary>Gets what went wrong.</summary>
    public RecordStoreFailure Failure { get; }

    /// <summary>Gets what went wrong, in words: the end of the message.</summary>
    public string Reason { get; }
}
