namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Is one row of the table of commands: how it is called, who may use it, what it costs and what applies it.</summary>
/// <param name="Name">The name, in capitals.</param>
/// <param name="FewestParameters">How many parameters it needs.</param>
/// <param name="Action">What applies it.</param>
/// <param name="Use">Who may use it, and when.</param>
/// <param name="Right">What an operator must be allowed to.</param>
internal sealed record IrcCommand(
    string Name,
    int FewestParameters,
    IrcCommandAction Action,
    IrcCommandUse Use = IrcCommandUse.Registered,
    IrcOperatorRights Right = IrcOperatorRights.None)
{
    /// <summary>What most commands cost. <b>Spec</b>: RFC 1459 §8.10 says two seconds; servers of today say one.</summary>
    public static readonly TimeSpan UsualPenalty = TimeSpan.FromSeconds(1);

    /// <summary>What an empty line costs: sending nothing is not free.</summary>
    public static readonly TimeSpan EmptyPenalty = TimeSpan.FromMilliseconds(100);

    /// <summary>What what cannot be told apart from an attack costs: an unknown command, a line that is no message.</summary>
    public static readonly TimeSpan BrokenPenalty = TimeSpan.FromSeconds(1);

    /// <summary>What each target behind the first costs: else a hundred joins would cost what one does.</summary>
    public static readonly TimeSpan TargetPenalty = TimeSpan.FromMilliseconds(100);

    /// <summary>Gets which parameter is a list of targets; -1 if none.</summary>
    public int Targets { get; init; } = -1;

    /// <summary>Gets what it costs its sender.</summary>
    public TimeSpan Penalty { get; init; } = UsualPenalty;

    /// <summary>Says whether the command is used like that.</summary>
    public bool Is(IrcCommandUse use) => (Use & use) == use;
}
