namespace Ropewalk.Dns.Server.Faults;

/// <summary>Names the ways of <see cref="DnsFault"/>.</summary>
internal enum DnsFaultKind
{
    Code,
    NoAnswer,
    AnswerLate,
    Truncated,
    WrongId,
    WrongQuestion,
    OtherPort,
    Lie,
    Malformed,
    CutAnswer,
    Ttl,
    CountDown,
}
