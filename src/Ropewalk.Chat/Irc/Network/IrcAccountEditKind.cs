namespace Ropewalk.Chat.Irc.Network;

/// <summary>Names the changes of an account.</summary>
internal enum IrcAccountEditKind
{
    SetPassword,

    AddCertificate,

    RemoveCertificate,

    Delete,

    Suspend,

    Unsuspend,
}
