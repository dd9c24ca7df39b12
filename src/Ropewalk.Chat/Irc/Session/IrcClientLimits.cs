using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Bounds what a server may make a client keep.</summary>
public sealed class IrcClientLimits
{
    /// <summary>Gets or sets the longest message that is taken, its tags not counted. Default 8192: Ergo's <c>LINELEN</c> can be set to 2048 and nothing is known above.</summary>
    public int MaxMessageBytes { get; set; } = 8192;

    /// <summary>Gets or sets the most capabilities, and the most tokens of 005. Default 256: large servers announce some forty.</summary>
    public int MaxAnnounced { get; set; } = 256;

    /// <summary>Gets or sets the most bytes of all lines of one list of capabilities. Default 32 KiB.</summary>
    public int MaxCapabilityBytes { get; set; } = 32 * 1024;

    /// <summary>Gets or sets the most channels. Default 1000: Libera.Chat allows 250.</summary>
    public int MaxChannels { get; set; } = 1000;

    /// <summary>Gets or sets the most members of one channel that are kept. Default 100,000: the largest channels of the largest networks had some 10,000.</summary>
    public int MaxMembers { get; set; } = 100_000;

    /// <summary>Gets or sets the most users that are kept. Default 200,000.</summary>
    public int MaxUsers { get; set; } = 200_000;

    /// <summary>Gets or sets the most batches that may be open at once. Default 32.</summary>
    public int MaxBatches { get; set; } = 32;

    /// <summary>Gets or sets the most messages that wait for the ends of batches. Default 5000: servers give at most 1000 messages of history at once.</summary>
    public int MaxBatchMessages { get; set; } = 5000;

    /// <summary>Gets or sets the most bytes of the messages that wait for the ends of batches. Default 8 MiB.</summary>
    public int MaxBatchBytes { get; set; } = 8 * 1024 * 1024;

    /// <summary>Gets or sets how long a batch may be open. Default 60 s.</summary>
    public TimeSpan BatchTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets the most lines that wait to be sent. Default 500: at one line in two seconds that is a quarter of an hour.</summary>
    public int MaxQueuedLines { get; set; } = 500;

    /// <summary>Gets or sets the most requests that wait for an answer. Default 500.</summary>
    public int MaxRequests { get; set; } = 500;

    /// <summary>Gets or sets the most entries of an answer that nobody has read yet (<c>LIST</c>, <c>WHO</c>). Default 50,000: Libera.Chat has some 30,000 channels.</summary>
    public int MaxAnswerEntries { get; set; } = 50_000;

    /// <summary>Gets or sets the longest challenge of SASL. Default 16 KiB.</summary>
    public int MaxSaslBytes { get; set; } = 16 * 1024;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is out of range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxMessageBytes, IrcLimits.MessageBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxMessageBytes, 512 * 1024);
        foreach (int count in (int[])[MaxAnnounced, MaxCapabilityBytes, MaxChannels, MaxMembers, MaxUsers, MaxBatches, MaxBatchMessages, MaxBatchBytes, MaxQueuedLines, MaxRequests, MaxAnswerEntries, MaxSaslBytes])
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(BatchTimeout, TimeSpan.Zero);
    }
}
