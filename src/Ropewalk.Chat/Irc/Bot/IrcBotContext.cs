using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Irc.Bot;

/// <summary>Is what a handler has before it: an event, who did it and where, and the ways to answer.</summary>
/// <remarks><b>Lifetime</b>: until the handler's task completes; the services of its scope are disposed then.</remarks>
public sealed class IrcBotContext
{
    private readonly IServiceScopeFactory? _scopes;
    private readonly Func<IrcBotContext, bool> _mayAnswer;
    private bool? _isAnswered;
    private AsyncServiceScope? _scope;

    internal IrcBotContext(IrcBot bot, IrcClient client, IrcClientEvent told, IServiceScopeFactory? scopes, Func<IrcBotContext, bool> mayAnswer)
    {
        Bot = bot;
        Client = client;
        // What was known when it came: whoever has the nickname by now may be somebody else.
        State = told.State ?? client.State;
        Event = told;
        _scopes = scopes;
        _mayAnswer = mayAnswer;
        Nick = told.Source.Name ?? "";
        IrcClientUser? user = State.FindUser(Nick);
        // IRCv3 account-tag: a message without the tag is from somebody who is logged in to no account.
        bool isTagged = told is IrcTextEvent or IrcCtcpEvent or IrcTagsEvent && State.Has(IrcCapabilities.AccountTag);
        Account = told.Account ?? (!isTagged && user is { IsAccountKnown: true } ? user.Account : null);
        Host = told.Source.Host ?? user?.Host;
        Channel = ChannelOf(told);
        Text = told is IrcTextEvent text ? text.Text : "";
        (AddressedText, bool isNamed) = WithoutName(Text, State);
        IsAddressed = isNamed || (told is IrcTextEvent && Channel is null);
        string trimmed = AddressedText.Trim();
        int space = trimmed.AsSpan().IndexOfAny(' ', '\t');
        Command = space < 0 ? trimmed : trimmed[..space];
        Arguments = space < 0 ? "" : trimmed[space..].Trim();
    }

    /// <summary>Gets the bot.</summary>
    public IrcBot Bot { get; }

    /// <summary>Gets the client of the connection that the event came by. What it sends counts for no rate limit.</summary>
    public IrcClient Client { get; }

    /// <summary>Gets what was known of the network when the event came, the event included. <see cref="Client"/> shows what is known now.</summary>
    public IrcClientState State { get; }

    /// <summary>Gets the event.</summary>
    public IrcClientEvent Event { get; }

    /// <summary>Gets the nickname of who did it; empty where nobody is named.</summary>
    public string Nick { get; }

    /// <summary>Gets their account, as the network vouches for it; null if there is none.</summary>
    public string? Account { get; }

    /// <summary>Gets their host; null if it is not known.</summary>
    public string? Host { get; }

    /// <summary>Gets the channel; null in private.</summary>
    public string? Channel { get; }

    /// <summary>Gets the message, as it was written; empty where the event is none.</summary>
    public string Text { get; }

    /// <summary>Gets the message without the bot's name in front of it.</summary>
    public string AddressedText { get; }

    /// <summary>Gets whether the bot is meant: in private, or by <c>nick:</c>, <c>nick,</c> or <c>@nick</c> at the beginning, whatever the case.</summary>
    public bool IsAddressed { get; }

    /// <summary>Gets the first word of <see cref="AddressedText"/>.</summary>
    public string Command { get; }

    /// <summary>Gets what follows the first word.</summary>
    public string Arguments { get; }

    /// <summary>Gets the match of the rule's pattern; null where it has none.</summary>
    public Match? Match { get; internal set; }

    /// <summary>Gets a token that is cancelled when the bot stops, or the handler has had its time.</summary>
    public CancellationToken CancellationToken { get; internal set; }

    /// <summary>Gets the services of this event: scoped ones live as long as its handler.</summary>
    /// <exception cref="InvalidOperationException">The bot was started without services.</exception>
    public IServiceProvider Services =>
        (_scope ??= (_scopes ?? throw new InvalidOperationException("The bot was started without services.")).CreateAsyncScope()).ServiceProvider;

    /// <summary>Gets the name of the conversation: the channel, or who writes.</summary>
    public string Conversation => Channel ?? Nick;

    /// <summary>Answers to where the event came from: in a channel with the nickname in front, by a message or a notice as the options say.</summary>
    /// <param name="text">The answer. Each line becomes a message, a long one several, up to the options' most; what could not be sent is left out of it.</param>
    /// <returns>Whether it was sent: not if the user asks too much, nobody is there to answer, or the server does not take it.</returns>
    public Task<bool> ReplyAsync(string text) => AnswerAsync(text, Bot.Options.RepliesByNotice);

    /// <summary>Answers by a notice, which no program answers. <b>Spec</b>: RFC 1459 §4.4.2.</summary>
    /// <inheritdoc cref="ReplyAsync"/>
    public Task<bool> ReplyNoticeAsync(string text) => AnswerAsync(text, isNotice: true);

    /// <summary>Disposes the services of the event: a handler has ended.</summary>
    internal async ValueTask EndAsync()
    {
        if (_scope is { } scope)
        {
            _scope = null;
            await scope.DisposeAsync();
        }
    }

    /// <summary>Gets whether the rate limit lets the user be answered; it is asked once for each event.</summary>
    internal bool MayAnswer() => _isAnswered ??= _mayAnswer(this);

    /// <summary>Answers past the rate limit: for what is said because of it.</summary>
    internal Task<bool> TellAsync(string text) => SendAsync(text, isNotice: true);

    private static string? ChannelOf(IrcClientEvent told) => told switch
    {
        IrcTextEvent text => text.IsInChannel ? text.Target : null,
        IrcJoinEvent join => join.Channel,
        IrcPartEvent part => part.Channel,
        IrcKickEvent kick => kick.Channel,
        IrcTopicEvent topic => topic.Channel,
        _ => null,
    };

    private static (string Text, bool IsNamed) WithoutName(string text, IrcClientState state)
    {
        string trimmed = text.TrimStart();
        bool isAt = trimmed.StartsWith('@');
        int start = isAt ? 1 : 0;
        int end = start + state.Nick.Length;
        if (trimmed.Length < end || !state.AreSame(trimmed[start..end], state.Nick))
        {
            return (text, false);
        }

        char? next = end < trimmed.Length ? trimmed[end] : null;
        bool isSet = next is ':' or ',';
        return isSet || (isAt && (next is null || char.IsWhiteSpace(next.Value)))
            ? (trimmed[(isSet ? end + 1 : end)..].TrimStart(), true)
            : (text, false);
    }

    private async Task<bool> AnswerAsync(string text, bool isNotice)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Nick.Length > 0 && MayAnswer() && await SendAsync(text, isNotice);
    }

    private async Task<bool> SendAsync(string text, bool isNotice)
    {
        string target = Event is IrcTextEvent said ? said.ReplyTarget : Conversation;
        string prefix = Channel is null ? "" : Nick + ": ";
        try
        {
            foreach (string line in IrcBotText.ToLines(text, prefix, Client.RoomFor(isNotice ? "NOTICE" : "PRIVMSG", target), Bot.Options.MostReplyLines))
            {
                await (isNotice
                    ? Client.SendNoticeAsync(target, line, Event is IrcTextEvent ? Event.MessageId : null, CancellationToken)
                    : Client.SendMessageAsync(target, line, Event is IrcTextEvent ? Event.MessageId : null, CancellationToken));
            }

            return true;
        }
        catch (IrcRequestException refused)
        {
            // The server says no, or is gone: whoever asked will not be helped by an exception in the handler.
            IrcBotLog.NotSent(Bot.Logger, Conversation, refused.Failure.Kind.ToString());
            return false;
        }
    }
}
