using Ropewalk.Policies;

namespace Ropewalk.Chat.Irc.Network;

/// <summary>Holds what connections of one kind may do. A connection is of the first class that it fits.</summary>
public sealed class IrcConnectionClass
{
    /// <summary>Gets or sets the name, by which it is told apart in the log and in STATS.</summary>
    public string Name { get; set; } = "default";

    /// <summary>Gets or sets the networks that connections of the class come from; null for any.</summary>
    public AddressSet? From { get; set; }

    /// <summary>Gets or sets whether connections must be protected by TLS. Default false.</summary>
    public bool RequiresTls { get; set; }

    /// <summary>Gets or sets whether who registers must be logged in to an account by SASL. Default false.</summary>
    public bool RequiresAccount { get; set; }

    /// <summary>Gets or sets the password that PASS must give; null for none.</summary>
    public string? Password { get; set; }

    /// <summary>Gets or sets how many connections of the class may be open. Default 100,000.</summary>
    public int MaxConnections { get; set; } = 100_000;

    /// <summary>Gets or sets how many of one address, or of one /64 of IPv6. Default 10 (InspIRCd's <c>localmax</c> is 3; a school behind one address has more).</summary>
    public int MaxPerAddress { get; set; } = 10;

    /// <summary>Gets or sets how many bytes may wait for a client that does not read. Default 1 MiB (InspIRCd's <c>hardsendq</c>).</summary>
    public int SendQueueBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets how much may wait for a client while more of a long reply is made for it: a part of its send queue, so that there is room for what others say.</summary>
    internal int LongReplyBytes => Math.Min(64 * 1024, SendQueueBytes / 4);

    /// <summary>Gets or sets after how long a silence a client is asked whether it is still there. Default 120 s (RFC 1459's servers, InspIRCd's <c>pingfreq</c>).</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>Gets or sets how long a client may take to answer that. Default 60 s.</summary>
    public TimeSpan PongTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long a client may take to register. Default 60 s (InspIRCd's <c>timeout</c>).</summary>
    public TimeSpan RegistrationTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how far ahead of its penalties a client may be. Default 10 s. <b>Spec</b>: RFC 1459 §8.10. Zero means that commands cost nothing.</summary>
    public TimeSpan FloodAllowance { get; set; } = TimeSpan.FromSeconds(10);
}
