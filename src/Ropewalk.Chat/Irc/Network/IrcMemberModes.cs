namespace Ropewalk.Chat.Irc.Network;

/// <summary>Names the ranks of a member, the higher the greater. A member may have several.</summary>
[Flags]
internal enum IrcMemberModes
{
    None = 0,

    /// <summary><c>v</c>, <c>+</c>: speaks in a moderated channel.</summary>
    Voice = 1,

    /// <summary><c>h</c>, <c>%</c>: may kick members without a rank, and set voices and bans.</summary>
    HalfOperator = 2,

    /// <summary><c>o</c>, <c>@</c>: an operator of the channel.</summary>
    Operator = 4,

    /// <summary><c>a</c>, <c>&amp;</c>: an operator that operators cannot kick.</summary>
    Admin = 8,

    /// <summary><c>q</c>, <c>~</c>: the founder of a registered channel.</summary>
    Founder = 0x10,
}
