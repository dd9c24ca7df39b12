namespace Ropewalk.Testing;

/// <summary>Reports where the tested side left a transcript: the file and line, what was expected and what came.</summary>
public sealed class TranscriptMismatchException : Exception
{
    /// <summary>Creates the exception.</summary>
    public TranscriptMismatchException(string message)
        : base(message)
    {
    }
}
