using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Security.Sasl;
using Ropewalk.Sessions;
using Ropewalk.Transports;

namespace Ropewalk.Chat.Irc.Client;

/// <summary>Is a client on one connection to an IRC server: it shows what it knows of the network, tells what happens, and asks for things.</summary>
/// <remarks>
/// <b>Call</b>: from any thread. A request completes with what the server said to it, or throws <see cref="IrcRequestException"/>; what could not be sent as one line throws
/// <see cref="FormatException"/> before anything is sent. <b>Lifetime</b>: until the connection ends; <see cref="IrcStayingClient"/> comes back.
/// </remarks>
public sealed class IrcClient : IAsyncDisposable
{
    // Where the server has not yet said how others see the client: a user name has at most 10 letters and a tilde, a host 63. RFC 2812 §2.3.1 and the habits of servers.
    private const int AssumedUserBytes = 11;
    private const int AssumedHostBytes = 63;

    private readonly IrcClientOptions _options;
    private readonly IrcClientSession _session;
    private readonly IrcClientApplication _application;
    private readonly SessionClient<IrcClientSession, IrcClientEvent> _conversation;

    private IrcClient(IrcClientOptions options, ConnectionContext connection, string? stsHost, EndpointSpec at)
    {
        _options = options;
        IsSecure = connection.Features.Get<ITlsHandshakeFeature>() is not null;
        bool waitsForSts = options.UsesSts && !IsSecure && stsHost is not null;
        _session = new IrcClientSession(options, options.TimeProvider.GetUtcNow(), MechanismsFor(options, IsSecure), waitsForSts);
        _application = new IrcClientApplication(options, stsHost, at.Port ?? 0, IsSecure, (options as IrcStayingOptions)?.LoggerFactory.CreateLogger<IrcClient>() ?? NullLogger<IrcClient>.Instance);
        Events = _application.Subscribe(options.EventCapacity, options.EventOverflow);
        _conversation = SessionClient<IrcClientSession, IrcClientEvent>.Start(connection, _session, _application, new SessionOptions { TimeProvider = options.TimeProvider });
        Ended = WatchEndAsync();
    }

    /// <summary>Gets what is known of the network now.</summary>
    public IrcClientState State => _session.State;

    /// <summary>Gets the client's own nickname now.</summary>
    public string Nick => State.Nick;

    /// <summary>Gets whether the connection is secure.</summary>
    public bool IsSecure { get; }

    /// <summary>Gets what happens, from the beginning on. <b>Call</b>: one reader; others take <see cref="Subscribe"/>.</summary>
    public IrcEventStream Events { get; }

    /// <summary>Gets a task that completes with the end of the connection.</summary>
    public Task<ConnectionEnd> Ended { get; }

    /// <summary>Connects to a server, logs in, and waits until the server has said what it can do.</summary>
    /// <param name="server">Where it is: <c>tls:irc.libera.chat:6697</c>.</param>
    /// <param name="options">Who the client is and how it behaves.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The options do not fit together.</exception>
    /// <exception cref="EndpointException">The endpoint cannot be reached, or its certificate is not to be trusted: there is no way around.</exception>
    /// <exception cref="IrcRequestException">The server did not let the client in.</exception>
    public static async Task<IrcClient> ConnectAsync(EndpointSpec server, IrcClientOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(options);
        await CallerContext.Detach();
        options.Validate();
        string? host = server.Address is null ? server.Host : null;
        EndpointSpec at = server;
        if (options.UsesSts && host is not null && server.Scheme != "tls" && await FindPolicyAsync(options, host, cancellationToken) is { } policy && policy.Expires > options.TimeProvider.GetUtcNow())
        {
            at = options.SecureEndpoint(host, policy.Port);
        }

        IrcClient client = await OpenAsync(at, options, host, cancellationToken);
        if (client._application.UpgradePort is not { } port || host is null)
        {
            await client.BeReadyAsync();
            return client;
        }

        await client.DisposeAsync();
        client = await OpenAsync(options.SecureEndpoint(host, port), options, host, cancellationToken);
        if (!client.IsSecure)
        {
            await client.DisposeAsync();
            throw new IrcRequestException("CAP", new IrcRequestFailure(IrcRequestFailureKind.NotSupported, "The server wants a secure connection, and the one to its secure port is not."), ErrorScope.Connection);
        }

        await client.BeReadyAsync();
        return client;
    }

    /// <summary>Connects to a server by its endpoint string.</summary>
    /// <exception cref="FormatException">The string is not an endpoint.</exception>
    /// <inheritdoc cref="ConnectAsync(EndpointSpec, IrcClientOptions, CancellationToken)"/>
    public static Task<IrcClient> ConnectAsync(string server, IrcClientOptions options, CancellationToken cancellationToken = default) =>
        ConnectAsync(EndpointSpec.Parse(server), options, cancellationToken);

    /// <summary>Takes part in the events from now on.</summary>
    /// <param name="capacity">How many may wait; null for as many as the options say.</param>
    public IrcEventStream Subscribe(int? capacity = null) => _application.Subscribe(capacity ?? _options.EventCapacity, _options.EventOverflow);

    /// <summary>Sends a message as it is, without waiting for an answer.</summary>
    /// <exception cref="FormatException">The message is longer than the server takes.</exception>
    /// <exception cref="IrcRequestException">Too many lines wait, or the connection has ended.</exception>
    public async Task SendAsync(IrcMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        await CallerContext.Detach();
        CheckLength(message);
        bool isTaken = await OnTurnAsync(message.Command, turn => turn.Session.TrySend(message), cancellationToken);
        if (!isTaken)
        {
            throw new IrcRequestException(message.Command, new IrcRequestFailure(IrcRequestFailureKind.LimitExceeded, "Too many lines wait to be sent."));
        }
    }

    /// <summary>Sends a message, and collects what the server answers.</summary>
    /// <remarks>Where the server does not label its answers, numerics up to its next sign of life are taken for one, and the first refusal is not told apart from others'.</remarks>
    public Task<IReadOnlyList<IrcMessage>> RequestAsync(IrcMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return AskAsync(() => IrcMessageRequests.Any(message, _options.Limits.MaxAnswerEntries), cancellationToken);
    }

    /// <summary>Ends the conversation with <c>QUIT</c>, and waits for the connection's end.</summary>
    /// <param name="reason">What others are told; empty for nothing.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="FormatException">The reason could not be sent.</exception>
    public async Task StopAsync(string reason = "", CancellationToken cancellationToken = default)
    {
        await CallerContext.Detach();
        CheckLength(new IrcMessage("QUIT", reason));
        // the goodbye is said on the turn, which a reader that reads no more would hold
        _application.LetGo();
        _conversation.Port.TryPost(static (turn, why) => turn.Session.Quit(why), reason);
        await _conversation.StopAsync(cancellationToken);
        await Ended;
    }

    /// <summary>Aborts the connection if it goes on.</summary>
    public async ValueTask DisposeAsync()
    {
        await CallerContext.Detach();
        _application.LetGo();
        await _conversation.DisposeAsync();
        await Ended;
    }

    /// <summary>Gets what a server may make the client keep.</summary>
    internal IrcClientLimits Limits => _options.Limits;

    /// <summary>Begins a request and waits for its end. What cannot be said throws before anything is sent.</summary>
    internal async Task<T> AskAsync<T>(Func<IrcRequest<T>> make, CancellationToken cancellationToken, Func<IrcClientState, string?>? lacks = null, Action<IrcClientSession>? before = null)
    {
        await CallerContext.Detach();
        IrcRequest<T> request = make();
        if (lacks?.Invoke(State) is { } missing)
        {
            throw new IrcRequestException(request.Message.Command, new IrcRequestFailure(IrcRequestFailureKind.NotSupported, $"The server has no {missing}."));
        }

        return (await AskAllAsync([request], cancellationToken, before))[0];
    }

    /// <summary>Begins requests of one kind, behind each other with nobody's lines between them, and waits for their ends.</summary>
    internal async Task<IReadOnlyList<T>> AskAllAsync<T>(IReadOnlyList<IrcRequest<T>> requests, CancellationToken cancellationToken, Action<IrcClientSession>? before = null)
    {
        string command = requests[0].Message.Command;
        foreach (IrcRequest<T> request in requests)
        {
            CheckLength(request.Message);
        }

        // What waits must not run on the session's turn.
        TaskCompletionSource[] over = [.. requests.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
        for (int i = 0; i < over.Length; i++)
        {
            TaskCompletionSource mine = over[i];
            requests[i].Over = () => mine.TrySetResult();
        }

        await OnTurnAsync(
            command,
            turn =>
            {
                before?.Invoke(turn.Session);
                foreach (IrcRequest<T> request in requests)
                {
                    turn.Session.Ask(request);
                }

                return true;
            },
            cancellationToken);
        // Not WaitAsync, which would go on from a thread of the pool.
        await using CancellationTokenRegistration givingUp = cancellationToken.UnsafeRegister(_ => Array.ForEach(over, each => each.TrySetCanceled(cancellationToken)), null);
        try
        {
            // One after the other, not WhenAll: what has its continuations run elsewhere would take that to the thread pool, out of a simulated run.
            foreach (TaskCompletionSource each in over)
            {
                await each.Task;
            }
        }
        catch (OperationCanceledException)
        {
            _conversation.Port.TryPost(static (_, given) => GiveUp(given), requests);
            throw;
        }

        return requests.FirstOrDefault(request => request.Failure is not null)?.Failure is { } failure
            ? throw new IrcRequestException(command, failure)
            : [.. requests.Select(request => request.Result!)];
    }

    /// <summary>Gets how many bytes of text fit into one message, with all that the server puts in front when it passes it on.</summary>
    internal int RoomFor(string command, string target)
    {
        IrcClientState state = State;
        int prefix = Encoding.UTF8.GetByteCount(state.Nick)
            + (state.User is { } user ? Encoding.UTF8.GetByteCount(user) : AssumedUserBytes)
            + (state.Host is { } host ? Encoding.UTF8.GetByteCount(host) : AssumedHostBytes);
        int room = state.Features.LineBytes - ":!@   :\r\n".Length - prefix - command.Length - Encoding.UTF8.GetByteCount(target);

        // A server that gives us a monstrous name does not silence us: what it cuts off is its own doing.
        return Math.Max(room, 64);
    }

    private static void GiveUp(IEnumerable<IrcRequest> requests)
    {
        foreach (IrcRequest request in requests)
        {
            request.GiveUp(new IrcRequestFailure(IrcRequestFailureKind.TimedOut, "It was given up."));
        }
    }

    private static IReadOnlyList<string> MechanismsFor(IrcClientOptions options, bool isSecure)
    {
        if (options.Credentials is not { } credentials)
        {
            return [];
        }

        IEnumerable<string> names = options.Mechanisms ?? (isSecure ? [SaslMechanism.External, SaslMechanism.ScramSha256, SaslMechanism.Plain] : [SaslMechanism.ScramSha256]);
        return [.. names.Where(name => SaslClient.Create(name, credentials) is not null).Select(name => name.ToUpperInvariant())];
    }

    // Without its policy a host could be reached in the clear that must not be: it is not reached at all then.
    private static async Task<IrcStsPolicy?> FindPolicyAsync(IrcClientOptions options, string host, CancellationToken cancellationToken)
    {
        try
        {
            return await options.StsStore.FindAsync(host, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // the application's store: its fault ends this attempt
            throw new IrcRequestException("CAP", new IrcRequestFailure(IrcRequestFailureKind.NotSupported, $"The policies of hosts cannot be read: {exception.Message}"), ErrorScope.Connection);
        }
    }

    private static async Task<IrcClient> OpenAsync(EndpointSpec at, IrcClientOptions options, string? host, CancellationToken cancellationToken)
    {
        ConnectionContext connection = await (options.Connections ?? new ConnectionClient()).ConnectAsync(at, cancellationToken);
        var client = new IrcClient(options, connection, host, at);
        try
        {
            await client._application.WaitReadyAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await client.DisposeAsync();
            throw;
        }

        return client;
    }

    private async Task BeReadyAsync()
    {
        if (_application.IsReady)
        {
            return;
        }

        ConnectionEnd end = await Ended;
        await DisposeAsync();
        IrcRequestFailure failure = _session.RegistrationFailure ?? new IrcRequestFailure(
            end.Reason == ConnectionEndReason.TimedOut ? IrcRequestFailureKind.TimedOut : end.Reason == ConnectionEndReason.Refused ? IrcRequestFailureKind.Refused : IrcRequestFailureKind.ConnectionEnded,
            end.Detail ?? $"The connection has ended: {end}.");
        throw new IrcRequestException("NICK", failure, ErrorScope.Connection);
    }

    private async Task<ConnectionEnd> WatchEndAsync()
    {
        await CallerContext.Detach();
        ConnectionEnd end;
        try
        {
            end = await _conversation.Ended;
        }
        catch (Exception exception)
        {
            // the connection's end is owned here: what was thrown is its reason
            end = new ConnectionEnd(ConnectionEndReason.HandlerFailed, ErrorSide.Local, exception.Message);
        }

        _session.Abandon(end);
        _application.End(end);
        await _application.KeepPolicyAsync();
        return end;
    }

    private async Task<TResult> OnTurnAsync<TResult>(string command, Func<SessionTurn<IrcClientSession>, TResult> function, CancellationToken cancellationToken)
    {
        try
        {
            // The turn comes soon, or the conversation ends: with a token the wait would go on from a thread of the pool.
            cancellationToken.ThrowIfCancellationRequested();
            return await _conversation.Port.InvokeAsync(function);
        }
        catch (ProtocolException exception) when (exception is not IrcRequestException)
        {
            throw new IrcRequestException(command, new IrcRequestFailure(IrcRequestFailureKind.ConnectionEnded, exception.Message));
        }
    }

    private void CheckLength(IrcMessage message)
    {
        int tags = message.Tags.Count == 0 ? 0 : Encoding.UTF8.GetByteCount(string.Join(';', message.Tags)) + 2;
        int bytes = Encoding.UTF8.GetByteCount(message.ToLine()) - tags;
        if (bytes > State.Features.LineBytes - 2 || tags > IrcLimits.ClientTagsBytes)
        {
            throw new FormatException($"{message.Command} is {bytes} bytes long with {tags} of tags; the server takes {State.Features.LineBytes - 2} and {IrcLimits.ClientTagsBytes}.");
        }
    }
}
