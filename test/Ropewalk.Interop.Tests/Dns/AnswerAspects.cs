namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Says in what two answers differ.</summary>
[Flags]
internal enum AnswerAspects
{
    None = 0,
    Code = 1,
    Authoritative = 2,
    Truncation = 4,
    DnssecOk = 8,
    Answer = 16,
    Authority = 32,

    /// <summary>The addresses below a cut without which nobody gets there.</summary>
    Glue = 64,

    Records = Answer | Authority | Glue,
    All = Code | Authoritative | Truncation | Records,
}
