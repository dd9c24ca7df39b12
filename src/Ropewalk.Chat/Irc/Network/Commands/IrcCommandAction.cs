using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Network.Commands;

/// <summary>Applies a command whose prechecks have passed.</summary>
/// <param name="network">The network.</param>
/// <param name="user">Who sent it.</param>
/// <param name="message">The message. Nothing of it is valid after the call.</param>
internal delegate void IrcCommandAction(IrcNetwork network, IrcUser user, in IrcMessageView message);
