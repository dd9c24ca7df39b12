namespace Ropewalk.Chat.Irc.Session;

/// <summary>Is a batch: messages that belong together. <b>Spec</b>: IRCv3 batch.</summary>
/// <param name="Type">What holds them together: <c>netsplit</c>, <c>chathistory</c> …</param>
/// <param name="Parameters">What the type needs to know.</param>
/// <param name="Parent">The batch that it lies in, or null.</param>
public sealed record IrcBatch(string Type, IReadOnlyList<string> Parameters, IrcBatch? Parent);
