namespace Ropewalk.Chat.Irc.Session;

/// <summary>Names the kinds of a channel's modes, by what a server's <c>CHANMODES</c> and <c>PREFIX</c> say.</summary>
public enum IrcClientModeKind
{
    /// <summary>A list of masks (type A).</summary>
    List,

    /// <summary>A setting that always comes with a parameter (type B).</summary>
    Parameter,

    /// <summary>A setting that has a parameter when it is set (type C).</summary>
    SetParameter,

    /// <summary>A setting without a parameter (type D), and each letter that the server did not announce.</summary>
    Flag,

    /// <summary>A member's prefix.</summary>
    Member,
}
