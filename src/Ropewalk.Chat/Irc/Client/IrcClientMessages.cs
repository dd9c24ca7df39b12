using System.Globalization;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Client;

namespace Ropewalk.Chat.Irc.Client;

/// <summary>Sends text, and asks for the text of the past.</summary>
/// <remarks>What could not be sent as one line throws <see cref="FormatException"/> before anything is sent.</remarks>
public static class IrcClientMessages
{
    /// <summary>Sends a message. A long one is cut into several, between words where that is possible.</summary>
    /// <param name="client">The client.</param>
    /// <param name="target">A channel, perhaps behind a prefix (<c>@#channel</c>), or a nickname.</param>
    /// <param name="text">The text: one line.</param>
    /// <param name="replyTo">The id of the message that it answers, or null. <b>Spec</b>: IRCv3 reply.</param>
    /// <param name="cancellationToken">Gives up; pieces that were sent are not taken back.</param>
    /// <returns>The pieces as they were sent, and whether the server said that it has them.</returns>
    public static Task<IReadOnlyList<IrcSentMessage>> SendMessageAsync(this IrcClient client, string target, string text, string? replyTo = null, CancellationToken cancellationToken = default) =>
        SendTextAsync(client, "PRIVMSG", target, text, replyTo, "{0}", cancellationToken);

    /// <summary>Sends a notice, which no program answers.</summary>
    /// <inheritdoc cref="SendMessageAsync"/>
    public static Task<IReadOnlyList<IrcSentMessage>> SendNoticeAsync(this IrcClient client, string target, string text, string? replyTo = null, CancellationToken cancellationToken = default) =>
        SendTextAsync(client, "NOTICE", target, text, replyTo, "{0}", cancellationToken);

    /// <summary>Sends what the client does (<c>/me</c>).</summary>
    /// <inheritdoc cref="SendMessageAsync"/>
    public static Task<IReadOnlyList<IrcSentMessage>> SendActionAsync(this IrcClient client, string target, string text, string? replyTo = null, CancellationToken cancellationToken = default) =>
        SendTextAsync(client, "PRIVMSG", target, text, replyTo, "\u0001ACTION {0}\u0001", cancellationToken);

    /// <summary>Sends tags alone: a reaction, a sign of typing. <b>Spec</b>: IRCv3 message-tags.</summary>
    public static Task SendTagsAsync(this IrcClient client, string target, params IrcTag[] tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        IrcClientRequests.Check(client);
        return client.AskAsync(() => IrcMessageRequests.Send(new IrcMessage("TAGMSG", IrcName.Check(target, nameof(target))).WithTags(tags)), CancellationToken.None, IrcClientRequests.Lacks(IrcCapabilities.MessageTags));
    }

    /// <summary>Asks another user's client (<c>VERSION</c>, <c>TIME</c>); what it replies is told as <see cref="IrcCtcpEvent"/>.</summary>
    public static Task SendCtcpAsync(this IrcClient client, string target, IrcCtcp ctcp, CancellationToken cancellationToken = default)
    {
        IrcClientRequests.Check(client);
        return client.AskAsync(() => IrcMessageRequests.Send(new IrcMessage("PRIVMSG", IrcName.Check(target, nameof(target)), ctcp.ToString())), cancellationToken);
    }

    /// <summary>Asks for the latest messages.</summary>
    /// <param name="client">The client.</param>
    /// <param name="target">A channel, or a correspondent.</param>
    /// <param name="after">Only those behind this place; null for no bound.</param>
    /// <param name="limit">How many at most; the server may give fewer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The events in order. <b>Spec</b>: IRCv3 chathistory.</returns>
    public static Task<IReadOnlyList<IrcClientEvent>> GetLatestAsync(this IrcClient client, string target, IrcHistoryPoint? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
        HistoryAsync(client, "LATEST", target, [after.ToString() is { Length: > 0 } text ? text : "*"], limit, cancellationToken);

    /// <summary>Asks for the messages before a place.</summary>
    /// <inheritdoc cref="GetLatestAsync"/>
    public static Task<IReadOnlyList<IrcClientEvent>> GetBeforeAsync(this IrcClient client, string target, IrcHistoryPoint before, int limit = 100, CancellationToken cancellationToken = default) =>
        HistoryAsync(client, "BEFORE", target, [before.ToString()], limit, cancellationToken);

    /// <summary>Asks for the messages behind a place, from there on.</summary>
    /// <inheritdoc cref="GetLatestAsync"/>
    public static Task<IReadOnlyList<IrcClientEvent>> GetAfterAsync(this IrcClient client, string target, IrcHistoryPoint after, int limit = 100, CancellationToken cancellationToken = default) =>
        HistoryAsync(client, "AFTER", target, [after.ToString()], limit, cancellationToken);

    /// <summary>Asks for the messages around a place.</summary>
    /// <inheritdoc cref="GetLatestAsync"/>
    public static Task<IReadOnlyList<IrcClientEvent>> GetAroundAsync(this IrcClient client, string target, IrcHistoryPoint place, int limit = 100, CancellationToken cancellationToken = default) =>
        HistoryAsync(client, "AROUND", target, [place.ToString()], limit, cancellationToken);

    /// <summary>Asks for the messages between two places, from the first on.</summary>
    /// <inheritdoc cref="GetLatestAsync"/>
    public static Task<IReadOnlyList<IrcClientEvent>> GetBetweenAsync(this IrcClient client, string target, IrcHistoryPoint first, IrcHistoryPoint last, int limit = 100, CancellationToken cancellationToken = default) =>
        HistoryAsync(client, "BETWEEN", target, [first.ToString(), last.ToString()], limit, cancellationToken);

    /// <summary>Asks where something was said between two times.</summary>
    public static Task<IReadOnlyList<IrcHistoryTarget>> GetHistoryTargetsAsync(this IrcClient client, DateTimeOffset from, DateTimeOffset to, int limit = 100, CancellationToken cancellationToken = default)
    {
        IrcClientRequests.Check(client);
        return client.AskAsync(
            () => IrcMessageRequests.HistoryTargets([IrcHistoryPoint.At(from).ToString(), IrcHistoryPoint.At(to).ToString(), Limit(client, limit)]),
            cancellationToken,
            IrcClientRequests.Lacks(IrcCapabilities.ChatHistory));
    }

    private static Task<IReadOnlyList<IrcClientEvent>> HistoryAsync(IrcClient client, string subcommand, string target, string[] places, int limit, CancellationToken cancellationToken)
    {
        IrcClientRequests.Check(client);
        return client.AskAsync(
            () => IrcMessageRequests.History(subcommand, IrcName.Check(target, nameof(target)), [.. places, Limit(client, limit)]),
            cancellationToken,
            IrcClientRequests.Lacks(IrcCapabilities.ChatHistory));
    }

    private static string Limit(IrcClient client, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return Math.Min(limit, client.State.Features.HistoryLimit ?? limit).ToString(CultureInfo.InvariantCulture);
    }

    private static async Task<IReadOnlyList<IrcSentMessage>> SendTextAsync(IrcClient client, string command, string target, string text, string? replyTo, string form, CancellationToken cancellationToken)
    {
        IrcClientRequests.Check(client);
        await CallerContext.Detach();
        IrcName.Check(target, nameof(target));
        IrcName.CheckText(text, nameof(text));
        IrcTag[] tags = replyTo is null ? [] : [new IrcTag("+draft/reply", IrcName.CheckText(replyTo, nameof(replyTo)))];
        int room = client.RoomFor(command, target) - (form.Length - "{0}".Length);
        // All pieces are put into the queue in one turn: no line of anybody else's in this program comes between.
        return await client.AskAllAsync(
            [.. IrcText.Split(text, room).Select(piece => IrcMessageRequests.Send(new IrcMessage(command, target, form.Replace("{0}", piece, StringComparison.Ordinal)).WithTags(tags)))],
            cancellationToken);
    }
}
