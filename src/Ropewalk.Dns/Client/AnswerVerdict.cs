namespace Ropewalk.Dns.Client;

/// <summary>Says whether a message answers a question, or why not.</summary>
internal enum AnswerVerdict
{
    Answer,
    WrongId,
    WrongQuestion,
    Malformed,
    WrongCookie,
    MissingCookie,
    WrongSignature,
}
