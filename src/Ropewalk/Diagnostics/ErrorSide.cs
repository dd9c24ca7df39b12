namespace Ropewalk.Diagnostics;

/// <summary>Says whose fault a failure is.</summary>
public enum ErrorSide
{
    /// <summary>This program broke a rule or ran out of something of its own.</summary>
    Local,

    /// <summary>The peer broke a rule, went away, or answered with nonsense.</summary>
    Remote,
}
