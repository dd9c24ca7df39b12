using Ropewalk.Diagnostics;

namespace Ropewalk.Security.Tls;

/// <summary>Reports that certificates could not be loaded. Tells every file that is wrong; never shows a password or a key.</summary>
public sealed class CertificateException : ProtocolException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="errors">One sentence for each thing that is wrong, beginning with the file's path.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public CertificateException(IReadOnlyList<string> errors, Exception? innerException = null)
        : base(string.Join(" ", errors), ErrorSide.Local, ErrorScope.Operation, innerException: innerException) => Errors = errors;

    /// <summary>Gets one sentence for each thing that is wrong.</summary>
    public IReadOnlyList<string> Errors { get; }
}
