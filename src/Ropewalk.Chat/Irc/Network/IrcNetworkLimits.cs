namespace Ropewalk.Chat.Irc.Network;

/// <summary>Holds the bounds of a network. What clients must know of them is announced in numeric 005.</summary>
public sealed class IrcNetworkLimits
{
    /// <summary>Gets or sets the longest nickname in bytes. Default 30 (InspIRCd's).</summary>
    public int NickBytes { get; set; } = 30;

    /// <summary>Gets or sets the longest user name in bytes, the tilde in front included. Default 10 (ngircd's and InspIRCd's).</summary>
    public int UserNameBytes { get; set; } = 10;

    /// <summary>Gets or sets the longest real name in bytes. Default 150.</summary>
    public int RealNameBytes { get; set; } = 150;

    /// <summary>Gets or sets the longest channel name in bytes. Default 50. <b>Spec</b>: RFC 2812 §1.3.</summary>
    public int ChannelNameBytes { get; set; } = 50;

    /// <summary>Gets or sets the longest topic in bytes. Default 390.</summary>
    public int TopicBytes { get; set; } = 390;

    /// <summary>Gets or sets the longest reason of a kick in bytes. Default 300.</summary>
    public int KickBytes { get; set; } = 300;

    /// <summary>Gets or sets the longest away message in bytes. Default 200.</summary>
    public int AwayBytes { get; set; } = 200;

    /// <summary>Gets or sets the longest channel key in bytes. Default 32.</summary>
    public int KeyBytes { get; set; } = 32;

    /// <summary>Gets or sets how many channels one user may join. Default 100 (ngircd has 10, large networks up to 250).</summary>
    public int ChannelsPerUser { get; set; } = 100;

    /// <summary>Gets or sets how many channels there may be. Default 100,000.</summary>
    public int Channels { get; set; } = 100_000;

    /// <summary>Gets or sets how many channels one account may register. Default 15 (Ergo's <c>max-channels-per-account</c>).</summary>
    public int ChannelsPerAccount { get; set; } = 15;

    /// <summary>Gets or sets how many bans, exceptions and invitations each list of a channel may hold. Default 100.</summary>
    public int ListEntries { get; set; } = 100;

    /// <summary>Gets or sets how many mode changes with a parameter one MODE may hold. Default 20.</summary>
    public int ModesPerCommand { get; set; } = 20;

    /// <summary>Gets or sets how many targets one PRIVMSG, NOTICE or TAGMSG may have. Default 4.</summary>
    public int MessageTargets { get; set; } = 4;

    /// <summary>Gets or sets how many nicknames one user may monitor. Default 100.</summary>
    public int Monitored { get; set; } = 100;

    /// <summary>Gets or sets how many users that have gone are remembered for WHOWAS. Default 1,000.</summary>
    public int WhoWasEntries { get; set; } = 1000;

    /// <summary>Gets or sets how many invitations of a user are remembered. Default 20.</summary>
    public int Invitations { get; set; } = 20;

    /// <summary>Gets or sets how many messages of a channel are kept. Default 500; 0 keeps none.</summary>
    public int HistoryMessages { get; set; } = 500;

    /// <summary>Gets or sets how many bytes of a channel's messages are kept. Default 128 KiB.</summary>
    public int HistoryBytes { get; set; } = 128 * 1024;

    /// <summary>Gets or sets how many bytes of memory all channels' messages hold; the channel in which nobody has spoken for longest forgets first. Default 256 MiB: 2,000 channels that are full.</summary>
    public long HistoryTotalBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// Gets or sets how many accounts may be made from one address, or from one /64 of IPv6, within <see cref="AccountsPeriod"/>; 0 for any number. Default 10 (Ergo's
    /// <c>registration.throttling</c> allows 30 attempts, from all addresses together).
    /// </summary>
    public int AccountsPerAddress { get; set; } = 10;

    /// <summary>Gets or sets that period. Default 10 min (Ergo's).</summary>
    public TimeSpan AccountsPeriod { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets how many messages one CHATHISTORY gives. Default 100.</summary>
    public int HistoryPerRequest { get; set; } = 100;

    /// <summary>Gets or sets how many bans by address and mask the server keeps. Default 10,000.</summary>
    public int ServerBans { get; set; } = 10_000;
}
