namespace Ropewalk.Chat.Irc.Network;

/// <summary>Names the modes of a channel that are on or off.</summary>
[Flags]
internal enum IrcChannelModes
{
    None = 0,

    /// <summary><c>C</c>: no CTCP but actions.</summary>
    NoCtcp = 1,

    /// <summary><c>M</c>: who is not logged in needs a voice to speak.</summary>
    RegisteredSpeak = 2,

    /// <summary><c>R</c>: who is not logged in cannot join.</summary>
    RegisteredOnly = 4,

    /// <summary><c>i</c>: who is not invited cannot join.</summary>
    InviteOnly = 8,

    /// <summary><c>m</c>: who has no voice cannot speak.</summary>
    Moderated = 0x10,

    /// <summary><c>n</c>: who has not joined cannot speak.</summary>
    NoOutside = 0x20,

    /// <summary><c>r</c>: the channel is registered. The server sets it.</summary>
    Registered = 0x40,

    /// <summary><c>s</c>: the channel is not listed, and who is in it is not told.</summary>
    Secret = 0x80,

    /// <summary><c>t</c>: only operators of the channel change its topic.</summary>
    TopicByOperators = 0x100,

    /// <summary><c>z</c>: who is not on TLS cannot join.</summary>
    SecureOnly = 0x200,
}
