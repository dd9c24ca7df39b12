using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Client;

namespace Ropewalk.Chat.Irc.Client;

/// <summary>Holds what a client that stays on the network is set to.</summary>
public class IrcStayingOptions : IrcClientOptions
{
    /// <summary>Gets or sets the channels that are joined at first, with their keys or null.</summary>
    public IReadOnlyDictionary<string, string?> Channels { get; set; } = new Dictionary<string, string?>();

    /// <summary>Gets or sets where attempts, losses and refusals are logged. Default: nowhere.</summary>
    public ILoggerFactory LoggerFactory { get; set; } = NullLoggerFactory.Instance;

    /// <summary>Gets or sets how long it waits before it connects again. Default: the engine's policy, up to two minutes.</summary>
    public RetryPolicy Retry { get; set; } = new();

    /// <summary>Gets or sets whether what was said meanwhile is fetched, where the server keeps it. Default true.</summary>
    public bool FetchesMissed { get; set; } = true;

    /// <summary>Gets or sets how many requests for what was missed are made for one channel. Default 10; one gives 100 messages, or what the server allows.</summary>
    public int MostFetches { get; set; } = 10;

    /// <summary>Gets or sets how many messages wait while what was said before them is fetched. Default 10,000; beyond, they are told before it.</summary>
    public int MostHeld { get; set; } = 10_000;
}
