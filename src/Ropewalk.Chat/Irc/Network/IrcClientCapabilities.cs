namespace Ropewalk.Chat.Irc.Network;

/// <summary>Names the capabilities that a client has asked for. The first bits decide which tags its lines carry.</summary>
[Flags]
internal enum IrcClientCapabilities
{
    None = 0,
    ServerTime = 1,
    AccountTag = 2,
    MessageTags = 4,

    /// <summary>The capabilities that change how one relayed line is spelled.</summary>
    Spelling = ServerTime | AccountTag | MessageTags,

    Batch = 8,
    LabeledResponse = 0x10,
    EchoMessage = 0x20,
    AccountNotify = 0x40,
    AwayNotify = 0x80,
    CapNotify = 0x100,
    ChgHost = 0x200,
    ExtendedJoin = 0x400,
    ExtendedMonitor = 0x800,
    InviteNotify = 0x1000,
    MultiPrefix = 0x2000,
    NoImplicitNames = 0x4000,
    Sasl = 0x8000,
    SetName = 0x1_0000,
    StandardReplies = 0x2_0000,
    UserHostInNames = 0x4_0000,
    AccountRegistration = 0x8_0000,
    ChatHistory = 0x10_0000,
    Sts = 0x40_0000,
}
