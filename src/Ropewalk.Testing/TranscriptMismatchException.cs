namespace Ropewalk.Testing;

/// <summary>Reports where the tested side left a transcript: the file and line, what was expected and what came.</summary>
public sealed class TranscriptMismatchException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">File, line, the expected and the got.</param>
    /// <param name="innerException">What the tested side threw; null if it did not.</param>
    public TranscriptMismatchException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
