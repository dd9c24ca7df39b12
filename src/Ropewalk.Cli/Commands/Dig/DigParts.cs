namespace Ropewalk.Cli.Commands.Dig;

/// <summary>Names the parts of what dig shows.</summary>
[Flags]
internal enum DigParts
{
    None = 0,
    Command = 1,
    Comments = 2,
    Question = 4,
    Answer = 8,
    Authority = 16,
    Additional = 32,
    Statistics = 64,
    All = Command | Comments | Question | Answer | Authority | Additional | Statistics,
}
