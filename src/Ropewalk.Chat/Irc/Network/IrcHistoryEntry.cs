namespace Ropewalk.Chat.Irc.Network;

/// <summary>Says where one kept message is in its history's ring, and how long its parts are.</summary>
internal readonly record struct IrcHistoryEntry(DateTimeOffset Time, int Offset, byte IdBytes, byte SourceBytes, byte AccountBytes, IrcHistoryKind Kind, bool IsBot, ushort TagsBytes, ushort TextBytes)
{
    public int Bytes => IdBytes + SourceBytes + AccountBytes + TagsBytes + TextBytes;
}
