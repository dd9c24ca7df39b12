namespace Ropewalk.Chat.Irc.Network;

/// <summary>Names the modes of a user.</summary>
[Flags]
internal enum IrcUserModes
{
    None = 0,

    /// <summary><c>B</c>: says of itself that it is a program. <b>Spec</b>: IRCv3 bot-mode.</summary>
    Bot = 1,

    /// <summary><c>R</c>: takes private messages only from who is logged in.</summary>
    RegisteredOnly = 2,

    /// <summary><c>T</c>: takes no CTCP but actions.</summary>
    NoCtcp = 4,

    /// <summary><c>i</c>: is not listed to those who share no channel. <b>Spec</b>: RFC 1459 §4.2.3.2.</summary>
    Invisible = 8,

    /// <summary><c>o</c>: is an operator of the network.</summary>
    Operator = 0x10,

    /// <summary><c>r</c>: is logged in. The server sets it.</summary>
    LoggedIn = 0x20,

    /// <summary><c>s</c>: gets the server's notices. Operators only.</summary>
    ServerNotices = 0x40,

    /// <summary><c>w</c>: gets wallops.</summary>
    Wallops = 0x80,
}
