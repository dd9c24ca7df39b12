namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is a message that was sent, or one of the pieces that a long one was cut into.</summary>
/// <param name="Target">Where it went.</param>
/// <param name="Text">The text, as the server passed it on.</param>
/// <param name="IsAcknowledged">Whether the server said that it has it: by an echo, by a label, or by answering what was sent behind it. False where it neither labels nor echoes: then the message was sent, and no more is known.</param>
/// <param name="MessageId">The id that the network gave it; null where it gives none, or there was no echo.</param>
/// <param name="Time">The server's time of it; null where it was not told.</param>
public sealed record IrcSentMessage(string Target, string Text, bool IsAcknowledged, string? MessageId = null, DateTimeOffset? Time = null);
