namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is where a reference of CHATHISTORY points: between two messages, or at one.</summary>
/// <param name="Before">The index behind the last message before it.</param>
/// <param name="After">The index of the first message after it.</param>
/// <param name="IsAny">True for the asterisk.</param>
/// <param name="IsMissing">True if the message is not kept.</param>
internal readonly record struct IrcHistoryPlace(int Before, int After, bool IsAny = false, bool IsMissing = false);
