using System.Globalization;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Session;

/// <summary>Answers other users' clients, and not more often than a bucket of tokens allows: whoever asks could be asking in many names.</summary>
internal sealed class IrcCtcpResponder(IrcClientSettings settings, IrcOutbox outbox, DateTimeOffset startedAt)
{
    // irssi's max_ctcp_queue is 5; one in five seconds is half of what a server lets a client say.
    private const int Burst = 5;

    private static readonly TimeSpan RefillEvery = TimeSpan.FromSeconds(5);

    private TimeSpan _full;

    public void Answer(IrcCtcpEvent asked, string from, TimeSpan now)
    {
        if (!settings.AnswersCtcp || asked.IsReply || from.Length == 0 || Reply(asked.Ctcp, now) is not { } reply)
        {
            return;
        }

        _full = _full < now ? now : _full;
        if (_full + RefillEvery > now + (Burst * RefillEvery))
        {
            return;
        }

        // A nickname that could not be a parameter cannot be answered.
        if (from.AsSpan().IndexOfAny(" \r\n\0") < 0 && from[0] != ':' && outbox.TryAdd(new IrcMessage("NOTICE", from, reply.ToString())))
        {
            _full += RefillEvery;
        }
    }

    private IrcCtcp? Reply(IrcCtcp asked, TimeSpan now) => asked.Command switch
    {
        "VERSION" => new IrcCtcp("VERSION", settings.Version),
        // Only as much comes back as fits into a line with all that a server puts in front.
        "PING" when asked.Arguments.Length is > 0 and <= 64 => new IrcCtcp("PING", asked.Arguments),
        "TIME" => new IrcCtcp("TIME", (startedAt + now).ToString("ddd, dd MMM yyyy HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
        "CLIENTINFO" => new IrcCtcp("CLIENTINFO", "ACTION CLIENTINFO PING TIME VERSION"),
        _ => null,
    };
}
