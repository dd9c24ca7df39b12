using Ropewalk.Chat.Irc.Client;
using Ropewalk.Endpoints;

namespace Ropewalk.Chat.Irc.Bot;

/// <summary>Holds what a bot is set to: where it goes, who it is, and what keeps it polite.</summary>
public sealed class IrcBotOptions : IrcStayingOptions
{
    // A line is 512 bytes with its break (RFC 1459 §2.3), and servers put who it was in front.
    private const int MostQuitBytes = 350;

    /// <summary>Creates options of a bot, which says that it is one.</summary>
    public IrcBotOptions() => IsBot = true;

    /// <summary>Gets or sets the server. Default <c>tcp:127.0.0.1:6667</c>.</summary>
    public EndpointSpec Server { get; set; } = EndpointSpec.Parse("tcp:127.0.0.1:6667");

    /// <summary>Gets or sets how often one user is answered. Live.</summary>
    public IrcBotRateLimit RateLimit { get; set; } = new();

    /// <summary>Gets or sets whether users who are marked as bots are heard. Default false: two that answer each other would not stop by themselves. Live.</summary>
    public bool HearsBots { get; set; }

    /// <summary>Gets or sets whether answers are notices. Default false: RFC 1459 §4.4.2 wants notices, people expect messages, and what it wants them for is kept by other means. Live.</summary>
    public bool RepliesByNotice { get; set; }

    /// <summary>Gets or sets what is answered when a handler has failed. Default null: nothing; the log says what it was. Live.</summary>
    public string? ErrorReply { get; set; }

    /// <summary>Gets or sets what is answered to who may not. Default null: nothing. Live.</summary>
    public string? DeniedReply { get; set; }

    /// <summary>Gets or sets how many lines one answer may have. Default 5: what may be sent at once (RFC 1459 §8.10). The rest is left out. Live.</summary>
    public int MostReplyLines { get; set; } = 5;

    /// <summary>Gets or sets how many messages of one conversation wait for their turn. Default 16; beyond, new ones are not heard.</summary>
    public int MostWaiting { get; set; } = 16;

    /// <summary>Gets or sets how many conversations have messages waiting. Default 1000; beyond, new ones are not heard.</summary>
    public int MostConversations { get; set; } = 1000;

    /// <summary>Gets or sets how long a handler may take until it is cancelled. Default 60 s: longer than anybody waits for an answer.</summary>
    public TimeSpan HandlerTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets or sets how long stopping waits for handlers, and for the server's goodbye. Default 3 s.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets or sets what others are told when the bot leaves. Default empty: nothing.</summary>
    public string QuitMessage { get; set; } = "";

    /// <summary>Checks the values, all at once.</summary>
    /// <exception cref="ArgumentException">Something is missing or could not be sent.</exception>
    public override void Validate()
    {
        base.Validate();
        List<string> wrong = [.. RateLimit.FindErrors()];
        if (MostReplyLines < 1 || MostWaiting < 1 || MostConversations < 1)
        {
            wrong.Add("a bound is below one");
        }

        if (HandlerTimeout <= TimeSpan.Zero || StopTimeout <= TimeSpan.Zero)
        {
            wrong.Add("a timeout is not above zero");
        }

        if (QuitMessage.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0 || System.Text.Encoding.UTF8.GetByteCount(QuitMessage) > MostQuitBytes)
        {
            wrong.Add($"QuitMessage is longer than {MostQuitBytes} bytes or holds what cannot be sent");
        }

        if (wrong.Count > 0)
        {
            throw new ArgumentException($"The options of the IRC bot: {string.Join("; ", wrong)}.");
        }
    }
}
