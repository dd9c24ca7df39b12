using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Ropewalk.Chat.Irc.Client;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Client;
using Ropewalk.Diagnostics;

namespace Ropewalk.Chat.Irc.Bot;

/// <summary>Is a program among people: it stays on a network, hears what is said to it, and answers.</summary>
/// <remarks>
/// A message goes this way: what is of the past, the bot's own, a notice, or another bot's is dropped; the first rule that matches takes it; who may not, or asks too
/// much, gets no further; what is left waits for its turn in its conversation. <b>Call</b>: from any thread.
/// </remarks>
public sealed class IrcBot : IAsyncDisposable
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(1);

    private readonly IrcBotBuilder _heard = new();
    private readonly IrcBotOptions _started;
    private readonly IServiceScopeFactory? _scopes;
    private readonly IrcBotConversations _conversations;
    private readonly CancellationTokenSource _stopped = new();
    private readonly Lock _gate = new();
    private readonly IrcBotLimiter _limiter = new();
    private readonly long _startedAt;
    private IrcBotOptions _options;

    private IrcBot(IrcBotOptions options, Action<IrcBotBuilder> configure, IServiceProvider? services)
    {
        _started = _options = options;
        _scopes = services?.GetService<IServiceScopeFactory>();
        _startedAt = options.TimeProvider.GetTimestamp();
        Logger = options.LoggerFactory.CreateLogger<IrcBot>();
        _conversations = new IrcBotConversations(options, Logger);
        configure(_heard);
        Client = IrcStayingClient.Start(options.Server, options);
        Ended = RunAsync();
        foreach (IrcBotJob job in _heard.Jobs)
        {
            _ = RepeatAsync(job);
        }
    }

    /// <summary>Gets the client that stays on the network.</summary>
    public IrcStayingClient Client { get; }

    /// <summary>Gets the bot's nickname now; the wanted one while it is not on the network.</summary>
    public string Nick => Client.Current?.Nick ?? _started.Nick;

    /// <summary>Gets a task that completes when the bot was stopped, and fails when the server will never let it in, or the retry policy has given up.</summary>
    public Task Ended { get; }

    internal IrcBotOptions Options => Volatile.Read(ref _options);

    internal ILogger Logger { get; }

    /// <summary>Begins to connect.</summary>
    /// <param name="options">Where it goes and who it is.</param>
    /// <param name="configure">Says what it hears and does.</param>
    /// <param name="services">Where handlers get services from, or null.</param>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public static IrcBot Start(IrcBotOptions options, Action<IrcBotBuilder> configure, IServiceProvider? services = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(configure);
        options.Validate();
        return new IrcBot(options, configure, services);
    }

    /// <summary>Takes the live ones of other options: the channels, the rate limit, and what is answered. The others are left alone.</summary>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public async Task ApplyAsync(IrcBotOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        await CallerContext.Detach();
        options.Validate();
        IrcBotOptions before = Interlocked.Exchange(ref _options, options);
        await Client.SetChannelsAsync(before.Channels, options.Channels, cancellationToken);
    }

    /// <summary>Says something in a channel, or to somebody, as soon as the bot is on the network.</summary>
    /// <param name="target">The channel, or the nickname.</param>
    /// <param name="text">The text; lines are cut as those of answers are.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IrcRequestException">The server does not take it.</exception>
    public async Task SayAsync(string target, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        await CallerContext.Detach();
        IrcName.Check(target, nameof(target));
        IrcClient client = await Client.GetClientAsync(cancellationToken);
        foreach (string line in IrcBotText.ToLines(text, "", client.RoomFor("PRIVMSG", target), Options.MostReplyLines))
        {
            await client.SendMessageAsync(target, line, null, cancellationToken);
        }
    }

    /// <summary>Hears nothing more, cancels handlers, and says goodbye.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        _stopped.Cancel();
        await _conversations.StopAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var late = new CancellationTokenSource(_started.StopTimeout, _started.TimeProvider);
        await using CancellationTokenRegistration tooLate = late.Token.UnsafeRegister(_ => patience.Cancel(), null);
        try
        {
            await Client.StopAsync(_started.QuitMessage, patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            IrcBotLog.NoGoodbye(Logger);
        }
        finally
        {
            // whatever there is about the goodbye, it goes
            await Client.DisposeAsync();
        }

        await Task.WhenAny(Ended);
        _ = Ended.Exception;
    }

    /// <summary>Stops the bot, as <see cref="StopAsync"/> does.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task RunAsync()
    {
        await CallerContext.Detach();
        await foreach (IrcClientEvent told in Client.Events)
        {
            if (told is IrcLostEvent lost)
            {
                IrcBotLog.EventsLost(Logger, lost.Count);
            }

            if (!_stopped.IsCancellationRequested && Client.Current is { } client && !IsPast(told))
            {
                Hear(client, told);
            }
        }

        try
        {
            await Client.Ended;
        }
        catch (ProtocolException exception)
        {
            IrcBotLog.Ended(Logger, exception.Message);
            throw;
        }
    }

    private static bool IsPast(IrcClientEvent told)
    {
        for (IrcBatch? batch = told.Batch; batch is not null; batch = batch.Parent)
        {
            // chathistory, and what bouncers play back: znc.in/playback
            if (batch.Type.EndsWith("chathistory", StringComparison.Ordinal) || batch.Type.EndsWith("playback", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return told is IrcHistoryEvent;
    }

    private void Hear(IrcClient client, IrcClientEvent told)
    {
        var context = new IrcBotContext(this, client, told, _scopes, MayAnswer);
        if (told is IrcTextEvent text)
        {
            HearText(context, text);
            return;
        }

        bool isOwn = context.State.IsSelf(context.Nick);
        foreach ((Type type, bool hearsOwn, Func<IrcBotContext, Task> run) in _heard.Events)
        {
            if (type.IsInstanceOfType(told) && (hearsOwn || !isOwn))
            {
                Handle(context, type.Name, run);
            }
        }
    }

    private void HearText(IrcBotContext context, IrcTextEvent text)
    {
        // RFC 1459 §4.4.2: "automatic replies must never be sent in response to a NOTICE message". What one does (/me) asks for nothing either.
        bool isHeard = text is { Kind: IrcTextKind.Message, IsOwn: false } && !text.Source.IsServer && context.Nick.Length > 0 && !context.State.IsSelf(context.Nick);
        if (!isHeard || (!Options.HearsBots && IsBot(context)))
        {
            return;
        }

        if (_heard.Rules.FirstOrDefault(rule => Matches(rule, context)) is not { } rule)
        {
            foreach ((Type _, bool _, Func<IrcBotContext, Task> run) in _heard.Events.Where(each => each.Type == typeof(IrcTextEvent)))
            {
                Handle(context, "messages", run);
            }

            return;
        }

        if (!context.MayAnswer())
        {
            return;
        }

        if (!Permits(rule, context))
        {
            IrcBotLog.Denied(Logger, context.Nick, rule.Name);
            if (Options.DeniedReply is { } denied)
            {
                Handle(context, rule.Name, denies => denies.ReplyAsync(denied));
            }

            return;
        }

        Handle(context, rule.Name, rule.Handler);
    }

    // IRCv3 bot mode: the tag is on what they say; the mode is known of those who were asked for.
    private static bool IsBot(IrcBotContext context) => context.Event.Message?.Tag("bot") is not null || context.State.FindUser(context.Nick) is { IsBot: true };

    private bool Matches(IrcBotRule rule, IrcBotContext context)
    {
        try
        {
            context.Match = null;
            return rule.Matches(context);
        }
        catch (RegexMatchTimeoutException)
        {
            IrcBotLog.HandlerTimedOut(Logger, rule.Name, context.Conversation);
        }
        catch (Exception exception)
        {
            // a function of the application's: its fault ends nothing
            IrcBotLog.HandlerFailed(Logger, exception, rule.Name, context.Conversation);
        }

        return false;
    }

    private bool Permits(IrcBotRule rule, IrcBotContext context)
    {
        try
        {
            return rule.Permits(context);
        }
        catch (Exception exception)
        {
            // who cannot be judged may not
            IrcBotLog.HandlerFailed(Logger, exception, rule.Name, context.Conversation);
            return false;
        }
    }

    private bool MayAnswer(IrcBotContext context)
    {
        IrcBotRateLimit limit = Options.RateLimit;
        string user = context.Account is { } account ? "account " + account : context.Host is { } host ? "host " + host : "nick " + context.Nick;
        (bool isHeard, bool isFirst) taken;
        lock (_gate)
        {
            taken = _limiter.Take(user, limit, _started.TimeProvider.GetElapsedTime(_startedAt));
        }

        if (taken.isFirst)
        {
            IrcBotLog.Muted(Logger, context.Nick);
            if (limit.Answer is { } answer)
            {
                Handle(context, "the rate limit", told => told.TellAsync(answer));
            }
        }

        return taken.isHeard;
    }

    private void Handle(IrcBotContext context, string name, Func<IrcBotContext, Task> handler) =>
        _conversations.Add(context.Conversation, stopped => HandleAsync(context, name, handler, stopped));

    private async Task HandleAsync(IrcBotContext context, string name, Func<IrcBotContext, Task> handler, CancellationToken stopped)
    {
        using var late = new CancellationTokenSource(_started.HandlerTimeout, _started.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopped);
        context.CancellationToken = either.Token;
        try
        {
            try
            {
                await handler(context);
            }
            finally
            {
                await context.EndAsync();
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            if (!stopped.IsCancellationRequested)
            {
                IrcBotLog.HandlerTimedOut(Logger, name, context.Conversation);
            }
        }
        catch (Exception exception)
        {
            // the application's fault ends neither the bot nor the conversation
            IrcBotLog.HandlerFailed(Logger, exception, name, context.Conversation);
            if (Options.ErrorReply is { } apology && !stopped.IsCancellationRequested)
            {
                await ApologizeAsync(context, apology, stopped);
            }
        }
    }

    private async Task ApologizeAsync(IrcBotContext context, string apology, CancellationToken stopped)
    {
        context.CancellationToken = stopped;
        try
        {
            await context.ReplyAsync(apology);
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            // Nothing failed, and nobody is to be told: a bot that stops says no more, and the user sees it leave.
        }
        catch (Exception exception)
        {
            // the text is the application's: it cannot be said either
            IrcBotLog.HandlerFailed(Logger, exception, "ErrorReply", context.Conversation);
        }
    }

    private async Task RepeatAsync(IrcBotJob job)
    {
        await CallerContext.Detach();
        DateTimeOffset due = DateTimeOffset.MinValue;
        bool hasFailed = false;
        while (true)
        {
            try
            {
                if (hasFailed)
                {
                    // what fails at once, and at once again, must not be all that the process does
                    hasFailed = false;
                    await Task.Delay(RestAfterFailure, _started.TimeProvider, _stopped.Token);
                }

                // A timer counts whole milliseconds, and the clock may be set meanwhile: who wakes a little early does not do it twice.
                DateTimeOffset now = _started.TimeProvider.GetUtcNow();
                DateTimeOffset from = now > due ? now : due;
                due = from + job.Next(from);
                await WaitAsync(due);
                await job.Run(this, _stopped.Token);
            }
            catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // the next time may be better
                IrcBotLog.JobFailed(Logger, exception);
                hasFailed = true;
            }
        }
    }

    // A timer takes 49 days at most, and counts them by another clock than the calendar's.
    private async Task WaitAsync(DateTimeOffset due)
    {
        TimeSpan left = due - _started.TimeProvider.GetUtcNow();
        do
        {
            TimeSpan next = left < LongestDelay ? TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(left.TotalMilliseconds))) : LongestDelay;
            await Task.Delay(next, _started.TimeProvider, _stopped.Token);
            left = next < LongestDelay ? TimeSpan.Zero : due - _started.TimeProvider.GetUtcNow();
        }
        while (left > TimeSpan.Zero);
    }
}
