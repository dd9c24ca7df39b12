using System.Buffers;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is what a server's session tells. <b>Lifetime</b>: the line is valid until the event was handled.</summary>
internal readonly record struct IrcServerEvent(IrcServerEventKind Kind, ReadOnlySequence<byte> Line);
