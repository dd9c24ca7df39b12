namespace Ropewalk.Chat.Irc.Session;

/// <summary>Says how the registration of an account went. <b>Spec</b>: IRCv3 account-registration.</summary>
/// <param name="Account">The account.</param>
/// <param name="NeedsVerification">Whether a code, which the server sends elsewhere, must be brought first.</param>
/// <param name="Description">What the server says to people.</param>
public sealed record IrcAccountRegistration(string Account, bool NeedsVerification, string Description);
