using Microsoft.Extensions.Logging;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Transports;

namespace Ropewalk.Chat.Irc.Client;

/// <summary>Stays on a network: connects again when the connection ends, joins its channels again, and fetches what was said meanwhile.</summary>
/// <remarks>
/// Its events are those of all its connections, one behind the other, without their ends. Each message is told once, and those of a channel in order: what comes while what was missed is being fetched is held back
/// until then. A missed message is told as it would have been, with its own time; its <see cref="IrcClientEvent.Batch"/> says that it is of the past. <b>Call</b>: from any thread.
/// </remarks>
public sealed class IrcStayingClient : IAsyncDisposable
{
    private readonly EndpointSpec _server;
    private readonly IrcStayingOptions _options;
    private readonly CancellationTokenSource _stopped = new();
    private readonly IrcMissedMessages _missed;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, string?> _channels;
    private readonly List<TaskCompletionSource> _waiting = [];
    private bool _isOver;
    private int _loginRefusals;
    private IrcClient? _current;

    private IrcStayingClient(EndpointSpec server, IrcStayingOptions options)
    {
        _server = server;
        _options = options;
        _channels = new Dictionary<string, string?>(options.Channels, Wire.IrcCaseMapping.Rfc1459);
        Events = new IrcEventStream(options.EventCapacity, options.EventOverflow);
        _missed = new IrcMissedMessages(options, Events);
        _logger = options.LoggerFactory.CreateLogger<IrcStayingClient>();
        Ended = RunAsync();
    }

    /// <summary>Gets what happens, on all connections. <b>Call</b>: one reader.</summary>
    public IrcEventStream Events { get; }

    /// <summary>Gets the client of the present connection; null while there is none.</summary>
    public IrcClient? Current => Volatile.Read(ref _current);

    /// <summary>Gets a task that completes when the client was stopped, and fails when the server will never let it in, or the retry policy has given up.</summary>
    public Task Ended { get; }

    /// <summary>Gets the names of the channels that are joined again.</summary>
    public IReadOnlyList<string> Channels
    {
        get
        {
            lock (_gate)
            {
                return [.. _channels.Keys];
            }
        }
    }

    /// <summary>Gets how many wait for a connection.</summary>
    internal int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Begins to connect.</summary>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    public static IrcStayingClient Start(EndpointSpec server, IrcStayingOptions options)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new IrcStayingClient(server, options);
    }

    /// <summary>Waits for a connection that the server has let in.</summary>
    public async Task<IrcClient> GetClientAsync(CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        while (true)
        {
            var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_gate)
            {
                if (_current is { } client)
                {
                    return client;
                }

                if (_isOver)
                {
                    break;
                }

                _waiting.Add(changed);
            }

            await using CancellationTokenRegistration givingUp = cancellationToken.UnsafeRegister(_ => changed.TrySetCanceled(cancellationToken), null);
            try
            {
                await changed.Task;
            }
            catch (OperationCanceledException)
            {
                lock (_gate)
                {
                    _waiting.Remove(changed);
                }

                throw;
            }
        }

        await Ended;
        throw new IrcRequestException("NICK", new IrcRequestFailure(IrcRequestFailureKind.ConnectionEnded, "The client was stopped."), ErrorScope.Connection);
    }

    /// <summary>Gets what was said in a channel, or with a correspondent, in order: as much as is kept.</summary>
    public IReadOnlyList<IrcTextEvent> GetHistory(string target) => _missed.GetHistory(target);

    /// <summary>Joins a channel, now and after each new connection.</summary>
    public async Task<IrcClientChannel> JoinAsync(string channel, string? key = null, CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        IrcName.Check(channel, nameof(channel));
        IrcClient client = await GetClientAsync(cancellationToken);
        IrcClientChannel joined = await client.JoinAsync(channel, key, cancellationToken);
        Remember(channel, key);
        return joined;
    }

    /// <summary>Leaves a channel for good.</summary>
    public async Task PartAsync(string channel, string reason = "", CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        IrcName.Check(channel, nameof(channel));
        IrcName.CheckText(reason, nameof(reason));
        lock (_gate)
        {
            _channels.Remove(channel);
        }

        if (Current is { } client)
        {
            await client.PartAsync(channel, reason, cancellationToken);
        }
    }

    /// <summary>Joins and leaves channels, now if it is on the network, and after each new connection: those that are only in the second list are joined, those only in the first are left.</summary>
    /// <remarks>A channel that the server does not let it join is tried again after the next connection; the log says so.</remarks>
    /// <exception cref="ArgumentException">A name or a key in the second list cannot be sent, or a name is there twice; nothing is changed.</exception>
    public async Task SetChannelsAsync(IReadOnlyDictionary<string, string?> before, IReadOnlyDictionary<string, string?> after, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        await CallerContext.Detach();
        if (IrcName.FindErrors(after).ToArray() is { Length: > 0 } wrong)
        {
            throw new ArgumentException($"The channels: {string.Join("; ", wrong)}.", nameof(after));
        }

        string[] left = [.. before.Keys.Where(name => !after.Keys.Contains(name, Wire.IrcCaseMapping.Rfc1459))];
        KeyValuePair<string, string?>[] joined = [.. after.Where(one => !before.Keys.Contains(one.Key, Wire.IrcCaseMapping.Rfc1459))];
        lock (_gate)
        {
            foreach (string name in left)
            {
                _channels.Remove(name);
            }
        }

        foreach ((string name, string? key) in joined)
        {
            Remember(name, key);
        }

        if (Current is { } client)
        {
            await MoveAsync(client, left, joined, cancellationToken);
        }
    }

    /// <summary>Says goodbye and stays away.</summary>
    public async Task StopAsync(string reason = "", CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        IrcName.CheckText(reason, nameof(reason));
        try
        {
            if (Current is { } client)
            {
                await client.StopAsync(reason, cancellationToken);
            }
        }
        finally
        {
            // whether it could say goodbye or not, it does not come back
            await DisposeAsync();
        }
    }

    /// <summary>Aborts the connection and stays away.</summary>
    public async ValueTask DisposeAsync()
    {
        await CallerContext.Detach();
        Events.LetGo();
        _stopped.Cancel();
        await Task.WhenAny(Ended);
        // who did not ask is not told by the finalizer either
        _ = Ended.Exception;
    }

    private async Task MoveAsync(IrcClient client, string[] left, KeyValuePair<string, string?>[] joined, CancellationToken cancellationToken)
    {
        foreach (string name in left.Where(name => client.State.FindChannel(name) is not null))
        {
            try
            {
                await client.PartAsync(name, "", cancellationToken);
            }
            catch (IrcRequestException exception)
            {
                // not in it any more, or no longer connected: it will not come back; or the server does not let it go until then
                IrcClientLog.NotLeft(_logger, name, exception.Failure.Numeric, exception.Failure.Description);
            }
            catch (FormatException exception)
            {
                IrcClientLog.NotLeft(_logger, name, 0, exception.Message);
            }
        }

        foreach ((string name, string? key) in joined)
        {
            try
            {
                await client.JoinAsync(name, key, cancellationToken);
            }
            catch (IrcRequestException exception)
            {
                IrcClientLog.NotJoined(_logger, name, exception.Failure.Numeric, exception.Failure.Description);
            }
            catch (FormatException exception)
            {
                IrcClientLog.NotJoined(_logger, name, 0, exception.Message);
            }
        }
    }

    private async Task RunAsync()
    {
        await CallerContext.Detach();
        int failures = 0;
        var end = new ConnectionEnd(ConnectionEndReason.Completed, ErrorSide.Local);
        try
        {
            while (true)
            {
                long started = _options.TimeProvider.GetTimestamp();
                try
                {
                    await StayAsync();
                    failures = _options.TimeProvider.GetElapsedTime(started) >= _options.Retry.StablePeriod ? 0 : failures;
                }
                catch (ProtocolException exception) when (!_stopped.IsCancellationRequested && !IsFinal(exception) && failures + 1 < _options.Retry.MaxFailures)
                {
                    IrcClientLog.AttemptFailed(_logger, _server.ToString(), exception.Message);
                }

                _stopped.Token.ThrowIfCancellationRequested();
                failures++;
                TimeSpan delay = _options.Retry.NextDelay(failures);
                IrcClientLog.TriesAgain(_logger, _server.ToString(), delay, failures);
                await Task.Delay(delay, _options.TimeProvider, _stopped.Token);
            }
        }
        catch (Exception) when (_stopped.IsCancellationRequested)
        {
            // stopped: whatever that broke off is no failure
        }
        catch (ProtocolException exception)
        {
            end = new ConnectionEnd(ConnectionEndReason.Refused, exception.Side, exception.Message);
            IrcClientLog.GivenUp(_logger, _server.ToString(), exception.Message);
            throw;
        }
        finally
        {
            lock (_gate)
            {
                _isOver = true;
            }

            WakeWaiting();
            Events.Complete(new IrcEndedEvent(end) { Time = _options.TimeProvider.GetUtcNow() });
        }
    }

    // A server's password does not become right by itself. Services refuse an account while they come back as they do for good: it is tried some times. A server that takes no logins now, or
    // bans for an hour, is one that cannot be used now.
    private bool IsFinal(ProtocolException exception)
    {
        switch (exception)
        {
            case IrcRequestException { Numeric: 464 }:
                return true;
            case IrcRequestException { Numeric: 902 or 904 or 905 or 906 }:
                return ++_loginRefusals >= _options.MostLoginRefusals;
            default:
                return false;
        }
    }

    private async Task StayAsync()
    {
        await using IrcClient client = await IrcClient.ConnectAsync(_server, _options, _stopped.Token);
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(_stopped.Token);
        Task returning = Task.CompletedTask;
        try
        {
            _loginRefusals = 0;
            IrcClientLog.LetIn(_logger, _server.ToString(), client.Nick);
            _missed.Hold(client.State, Channels);
            SetCurrent(client);
            returning = ReturnOrGiveUpAsync(client, connection.Token);
            await foreach (IrcClientEvent told in client.Events.WithCancellation(_stopped.Token))
            {
                Remember(told, client.State);
                if (told is IrcEndedEvent ended)
                {
                    IrcClientLog.Lost(_logger, _server.ToString(), ended.End.ToString());
                }
                else
                {
                    await _missed.TellAsync(told);
                }
            }
        }
        finally
        {
            SetCurrent(null);
            RememberKeys(client.State);
            connection.Cancel();
            await Task.WhenAny(returning);
            _ = returning.Exception;
            _missed.DropHeld();
        }
    }

    private void Remember(IrcClientEvent told, IrcClientState state)
    {
        lock (_gate)
        {
            switch (told)
            {
                case IrcJoinEvent { IsOwn: true } join when !_channels.ContainsKey(join.Channel):
                    Remember(join.Channel, SayableKey(state.FindChannel(join.Channel)));
                    break;
                case IrcPartEvent { IsOwn: true } part:
                    _channels.Remove(part.Channel);
                    break;
                case IrcKickEvent { IsOwn: true } kick:
                    // who was thrown out does not come back by itself
                    _channels.Remove(kick.Channel);
                    break;
            }
        }
    }

    // A server can put the client into one channel after the other: as many as fit one connection are kept.
    private void Remember(string channel, string? key)
    {
        lock (_gate)
        {
            if (_channels.Count < _options.Limits.MaxChannels || _channels.ContainsKey(channel))
            {
                _channels[channel] = key;
                return;
            }
        }

        IrcClientLog.NotRemembered(_logger, channel);
    }

    private void RememberKeys(IrcClientState state)
    {
        lock (_gate)
        {
            foreach (IrcClientChannel channel in state.Channels.Values.Where(channel => SayableKey(channel) is not null && _channels.ContainsKey(channel.Name)))
            {
                _channels[channel.Name] = channel.Key;
            }
        }
    }

    private static string? SayableKey(IrcClientChannel? channel) => channel?.Key is { } key && IrcName.IsOne(key) ? key : null;

    private void SetCurrent(IrcClient? client)
    {
        lock (_gate)
        {
            Volatile.Write(ref _current, client);
        }

        WakeWaiting();
    }

    private void WakeWaiting()
    {
        TaskCompletionSource[] waiting;
        lock (_gate)
        {
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (TaskCompletionSource each in waiting)
        {
            each.TrySetResult();
        }
    }

    // A server that does not answer a JOIN is not one to stay with: over the next connection all is asked again.
    private async Task ReturnOrGiveUpAsync(IrcClient client, CancellationToken cancellationToken)
    {
        try
        {
            await ReturnAsync(client, cancellationToken);
        }
        catch (IrcRequestException exception) when (exception.Kind == IrcRequestFailureKind.TimedOut)
        {
            await client.DisposeAsync();
        }
        catch (Exception exception) when (exception is not (IrcRequestException or OperationCanceledException))
        {
            // nobody waits for this task: what it throws would be lost, and with it the channels behind
            IrcClientLog.NotReturned(_logger, exception);
            await client.DisposeAsync();
        }
    }

    private async Task ReturnAsync(IrcClient client, CancellationToken cancellationToken)
    {
        await _missed.FetchPrivateAsync(client, cancellationToken);
        KeyValuePair<string, string?>[] channels;
        lock (_gate)
        {
            channels = [.. _channels];
        }

        foreach ((string channel, string? key) in channels)
        {
            try
            {
                await client.JoinAsync(channel, key, cancellationToken);
                await _missed.FetchAsync(client, channel, cancellationToken);
            }
            catch (FormatException exception)
            {
                IrcClientLog.NotJoined(_logger, channel, 0, exception.Message);
                await _missed.ReleaseAsync(channel);
            }
            catch (IrcRequestException exception) when (exception.Kind == IrcRequestFailureKind.TimedOut && exception.Command == "JOIN" && client.State.FindChannel(channel) is not null)
            {
                // The server had put it there before it asked, and says nothing to that: it is where it wants to be.
                await _missed.FetchAsync(client, channel, cancellationToken);
            }
            catch (IrcRequestException exception) when (IrcMissedMessages.IsRefusal(exception))
            {
                // The server says no to this channel: its numeric is in the events, and it is tried again after the next connection.
                IrcClientLog.NotJoined(_logger, channel, exception.Failure.Numeric, exception.Failure.Description);
                await _missed.ReleaseAsync(channel);
            }
        }

        await _missed.TellAsync(new IrcReturnedEvent(client.Nick) { Time = _options.TimeProvider.GetUtcNow() });
    }
}
