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

    /// <summary>
    /// Gets or sets how often in a row the account may be refused before the client stays away. Default 10, over some minutes: services that have just come back refuse for a while what
    /// they take later, and who goes on with a wrong password is locked out.
    /// </summary>
    public int MostLoginRefusals { get; set; } = 10;

    /// <summary>Checks the values, all at once.</summary>
    /// <exception cref="ArgumentException">Something is missing or could not be sent.</exception>
    public override void Validate()
    {
        base.Validate();
        List<string> wrong = [.. IrcName.FindErrors(Channels)];
        if (MostFetches < 0 || MostHeld < 0 || MostLoginRefusals < 1)
        {
            wrong.Add("a bound is below what it can be");
        }

        if (Channels.Count > Limits.MaxChannels)
        {
            wrong.Add($"there are {Channels.Count} channels; the limits allow {Limits.MaxChannels}");
        }

        if (wrong.Count > 0)
        {
            throw new ArgumentException($"The options of the IRC client: {string.Join("; ", wrong)}.");
        }
    }
}
