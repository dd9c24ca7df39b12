using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Endpoints;
using Ropewalk.Transports;

namespace Ropewalk.Server;

/// <summary>
/// Accepts connections for one <see cref="Listening"/> until it is stopped, whatever the system answers in between.
/// </summary>
/// <remarks>
/// accept(2) reports three kinds of trouble. A connection that was gone before it was taken (ECONNABORTED and the network errors that Linux
/// passes on) is not the listener's: the next one is taken at once. A starved system (EMFILE, ENFILE, ENOBUFS, ENOMEM) leaves the connection
/// in the backlog and answers the same at once: the loop waits before it asks again. Anything else is unknown and treated as starvation.
/// Descriptors are not used up to the last one: the runtime ends the process when it finds none for a thread of its own
/// (<see cref="Transports.Sockets.DescriptorHeadroom"/>, docs/design/descriptor-headroom.md). Peers wait in the backlog meanwhile.
/// </remarks>
internal sealed class AcceptLoop
{
    // lost connections in a row that are taken for a fault of the system and no longer for unlucky peers
    private const int MaxLostInARow = 16;

    // one look costs three system calls, and each connection takes few descriptors: far fewer than are spared
    private const int AcceptsBetweenLooks = 8;

    // a full backlog must not keep the loop that accepts from its own connections and timers: 64 accepts take well under a millisecond
    private const int AcceptsInARow = 64;

    // a server that is full for hours, and takes one when one leaves, says so once a minute
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromMinutes(1);

    private readonly Listening _owner;
    private readonly IConnectionListener _listener;
    private readonly TimeSpan _retryDelay;
    private readonly Func<int, string?> _findShortage;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Completion _completion = new();
    private long _accepted;
    private long _errors;
    private int _failedInARow;
    private long _starvedSince;
    private long? _warnedAt;
    private bool _hasWarned;
    private volatile bool _isStopping;

    public AcceptLoop(Listening owner, IConnectionListener listener, ConnectionServerOptions options)
    {
        _owner = owner;
        _listener = listener;
        _retryDelay = options.StarvedRetryDelay;
        _findShortage = options.FindShortage;
    }

    public Task Completion => _completion.Task;

    public long Accepted => Volatile.Read(ref _accepted);

    public long Errors => Volatile.Read(ref _errors);

    public bool IsStarved { get; private set; }

    /// <summary>Gets whether the listener itself said that it has no more to give; false where it was stopped or failed.</summary>
    public bool IsUsedUp { get; private set; }

    public void Start() => _ = RunAsync();

    public async Task StopAsync()
    {
        _isStopping = true;
        // unbinding first: connections that the system has completed already may still be handed over
        try
        {
            await _listener.UnbindAsync();
        }
        catch (Exception exception)
        {
            ServerLog.ListenerFailed(_owner.Logger, _owner.Spec, exception);
        }

        await LifetimeTokens.CancelAsync(_stopping);
        await Completion;
    }

    private async Task RunAsync()
    {
        try
        {
            while (await AcceptAsync() is { } connection)
            {
                Volatile.Write(ref _accepted, _accepted + 1);
                OnRecovered();
                _owner.OnAccepted(connection);
                if (_accepted % AcceptsBetweenLooks == 0)
                {
                    await WaitOutShortageAsync();
                }

                if (_accepted % AcceptsInARow == 0)
                {
                    await Task.Yield();
                }
            }

            IsUsedUp = !_isStopping;
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // the listener heeds its token
        }
        catch (Exception exception)
        {
            ServerLog.ListenerFailed(_owner.Logger, _owner.Spec, exception);
        }
        finally
        {
            _completion.TrySet();
            _owner.OnAcceptingEnded();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ConnectionContext?> AcceptAsync()
    {
        while (true)
        {
            try
            {
                return await _listener.AcceptAsync(_stopping.Token);
            }
            catch (Exception exception) when (exception is not (OperationCanceledException or ObjectDisposedException) && !_stopping.IsCancellationRequested)
            {
                Volatile.Write(ref _errors, _errors + 1);
                if (IsLost(exception) && ++_failedInARow <= MaxLostInARow)
                {
                    ServerLog.AcceptLost(_owner.Logger, _owner.Spec, exception.Message);
                    continue;
                }

                OnStarved(exception.Message);
            }

            await Task.Delay(_retryDelay, _owner.TimeProvider, _stopping.Token);
        }
    }

    private async ValueTask WaitOutShortageAsync()
    {
        // once short, room for one turn of accepts is waited for
        for (int more = 0; _findShortage(more) is { } shortage; more = AcceptsBetweenLooks)
        {
            OnStarved(shortage);
            await Task.Delay(_retryDelay, _owner.TimeProvider, _stopping.Token);
        }

        OnRecovered();
    }

    // accept(2): "treat them like EAGAIN by retrying"
    private static bool IsLost(Exception exception) => EndpointFailure.FindSocketError(exception) is
        SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.NetworkDown or SocketError.HostDown
        or SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.ProtocolOption or SocketError.TimedOut;

    private void OnStarved(string reason)
    {
        _failedInARow++;
        if (IsStarved)
        {
            return;
        }

        IsStarved = true;
        _starvedSince = _owner.TimeProvider.GetTimestamp();
        _hasWarned = _warnedAt is not { } before || _owner.TimeProvider.GetElapsedTime(before) >= BetweenWarnings;
        if (_hasWarned)
        {
            _warnedAt = _starvedSince;
            ServerLog.AcceptStarved(_owner.Logger, _owner.Spec, reason, _retryDelay);
        }
    }

    private void OnRecovered()
    {
        if (IsStarved && _hasWarned)
        {
            ServerLog.AcceptResumed(_owner.Logger, _owner.Spec, _failedInARow, _owner.TimeProvider.GetElapsedTime(_starvedSince));
        }

        IsStarved = false;
        _failedInARow = 0;
    }
}
