namespace Ropewalk.Chat.Irc.Network;

/// <summary>Names the messages that are kept.</summary>
internal enum IrcHistoryKind : byte
{
    PrivMsg,

    Notice,

    TagMsg,
}
