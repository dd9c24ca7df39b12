namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Says who may use a command, and when.</summary>
[Flags]
internal enum IrcCommandUse
{
    /// <summary>Only who is registered.</summary>
    Registered = 0,

    /// <summary>Also who is not registered yet.</summary>
    Always = 1,

    /// <summary>Only who is not registered yet.</summary>
    BeforeRegistration = 3,

    /// <summary>Too few parameters are passed to the command, which has a numeric of its own for them.</summary>
    OwnCheck = 4,

    /// <summary>Only operators of the network.</summary>
    Operators = 8,
}
