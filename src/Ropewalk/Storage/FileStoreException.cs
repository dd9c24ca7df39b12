using Ropewalk.Diagnostics;

namespace Ropewalk.Storage;

/// <summary>Reports that a file store could not do what it was asked. What was stored before is as it was, unless the message says else.</summary>
public sealed class FileStoreException : ProtocolException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="operation">What was tried: <c>append to</c>, <c>open</c>.</param>
    /// <param name="failure">What went wrong.</param>
    /// <param name="reason">What went wrong, in words.</param>
    /// <param name="innerException">The system's error.</param>
    public FileStoreException(FileStorePath path, string operation, FileStoreFailure failure, string reason, Exception? innerException = null)
        : base($"Cannot {operation} '{path}' in the file store: {reason}.", ErrorSide.Local, ErrorScope.Operation, innerException: innerException)
    {
        Path = path;
        Failure = failure;
        Reason = reason;
    }

    /// <summary>Gets the file.</summary>
    public FileStorePath Path { get; }

    /// <summary>Gets what went wrong.</summary>
    public FileStoreFailure Failure { get; }

    /// <summary>Gets what went wrong, in words: the end of the message.</summary>
    public string Reason { get; }
}
