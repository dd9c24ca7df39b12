namespace Ropewalk.Chat.Irc.Network;

/// <summary>Says what came of a change of an account.</summary>
internal enum IrcAccountOutcome
{
    /// <summary>It could not be done now: the store does not answer, or too many wait.</summary>
    Unavailable,

    Done,

    /// <summary>There is an account of that name.</summary>
    NameTaken,

    /// <summary>Another account has that certificate.</summary>
    CertificateTaken,

    /// <summary>There is no such account.</summary>
    NotFound,

    /// <summary>The password cannot be one: too short, too long, or with control characters.</summary>
    BadPassword,
}
