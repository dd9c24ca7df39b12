using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Says why a request failed.</summary>
/// <param name="Kind">Who said no.</param>
/// <param name="Description">What is the matter, for people.</param>
/// <param name="Numeric">The numeric that refused it, or 0.</param>
/// <param name="Code">The code of the standard reply that refused it, or null.</param>
/// <param name="Reply">The message that refused it, or null.</param>
public sealed record IrcRequestFailure(IrcRequestFailureKind Kind, string Description, int Numeric = 0, string? Code = null, IrcMessage? Reply = null);
