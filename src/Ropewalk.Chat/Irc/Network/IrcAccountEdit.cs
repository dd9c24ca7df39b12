using Ropewalk.Security.Accounts;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Is a change of an account.</summary>
internal sealed class IrcAccountEdit(IrcAccountEditKind kind, AccountName name, string? value = null)
{
    public IrcAccountEditKind Kind { get; } = kind;

    public AccountName Name { get; } = name;

    /// <summary>Gets the new password, or the certificate's fingerprint.</summary>
    public string? Value { get; } = value;
}
