namespace Ropewalk.Chat.Irc.Wire;

/// <summary>Names the capabilities that our client and our server both know. <b>Spec</b>: IRCv3, each under its own name.</summary>
public static class IrcCapabilities
{
#pragma warning disable CS1591 // the names are the documentation: each is its specification's
    public const string AccountNotify = "account-notify";
    public const string AccountRegistration = "draft/account-registration";
    public const string AccountTag = "account-tag";
    public const string AwayNotify = "away-notify";
    public const string Batch = "batch";
    public const string CapNotify = "cap-notify";
    public const string ChatHistory = "draft/chathistory";
    public const string ChgHost = "chghost";
    public const string EchoMessage = "echo-message";
    public const string ExtendedJoin = "extended-join";
    public const string ExtendedMonitor = "extended-monitor";
    public const string InviteNotify = "invite-notify";
    public const string LabeledResponse = "labeled-response";
    public const string MessageTags = "message-tags";
    public const string MultiPrefix = "multi-prefix";
    public const string NoImplicitNames = "no-implicit-names";
    public const string Sasl = "sasl";
    public const string ServerTime = "server-time";
    public const string SetName = "setname";
    public const string StandardReplies = "standard-replies";
    public const string Sts = "sts";
    public const string UserHostInNames = "userhost-in-names";
#pragma warning restore CS1591
}
