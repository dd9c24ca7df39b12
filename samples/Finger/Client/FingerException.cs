using Ropewalk.Diagnostics;

namespace Finger.Client;

/// <summary>Reports that there is no answer, or not a whole one.</summary>
public sealed class FingerException : ProtocolException
{
    /// <summary>Creates the exception.</summary>
    public FingerException(string message, ErrorSide side, Exception? innerException = null)
        : base(message, side, ErrorScope.Connection, innerException: innerException)
    {
    }
}
