namespace Ropewalk.Testing.Served;

/// <summary>Names the ways of <see cref="CommandFault"/>.</summary>
internal enum CommandFaultKind
{
    Close,
    Reset,
    Stall,
    DropAnswer,
    Answer,
    AnswerLate,
    CutAnswer,
}
