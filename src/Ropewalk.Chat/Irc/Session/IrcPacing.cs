namespace Ropewalk.Chat.Irc.Session;

/// <summary>Says how fast a client sends, so that a server does not take it for a flood.</summary>
/// <remarks>
/// RFC 1459 §8.10: a server keeps a timer for each client, adds a penalty for each message, and reads on only while the timer is less than ten seconds ahead. A client
/// that keeps the same timer is never made to wait, and never cut off for having filled the server's buffer.
/// </remarks>
public sealed class IrcPacing
{
    /// <summary>Gets or sets the penalty of a line. Default 2 s (RFC 1459 §8.10); zero sends all at once.</summary>
    public TimeSpan Penalty { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets how far ahead the timer may be. Default 10 s (RFC 1459 §8.10): with the default penalty, a burst of five lines.</summary>
    public TimeSpan Ahead { get; set; } = TimeSpan.FromSeconds(10);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Penalty, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Ahead, TimeSpan.Zero);
    }
}
