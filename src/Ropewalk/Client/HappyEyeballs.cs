using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Endpoints;
using Ropewalk.Transports;

namespace Ropewalk.Client;

/// <summary>
/// Connects to a name as RFC 8305 (Happy Eyeballs v2) says: both families are asked for at once, attempts begin a quarter of a second
/// apart and alternate between the families, the first connection wins and the others are cancelled.
/// </summary>
/// <remarks>
/// <b>Theory.</b> One loop owns all state. Each turn it takes what has completed (answers, attempts), begins an attempt if one may begin,
/// and otherwise waits for the first of everything that is under way. Nothing runs beside it but the transport and the resolver.
/// </remarks>
internal sealed class HappyEyeballs
{
    // RFC 8305 §8: Resolution Delay, recommended 50 ms
    public static readonly TimeSpan ResolutionDelay = TimeSpan.FromMilliseconds(50);

    // RFC 8305 §8: Connection Attempt Delay, recommended 250 ms
    public static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    private readonly EndpointSpec _spec;
    private readonly EndpointContext _context;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenSource _stopResolutionDelay;
    private readonly Queue<IPAddress> _v6 = new();
    private readonly Queue<IPAddress> _v4 = new();
    private readonly List<(IPEndPoint To, Task<ConnectionContext> Task)> _attempts = [];
    private readonly List<string> _failures = [];
    private Exception? _lastFailure;
    private Task<IReadOnlyList<IPAddress>>? _v6Answer;
    private Task<IReadOnlyList<IPAddress>>? _v4Answer;
    private Task? _resolutionDelay;
    private Task? _attemptDelay;
    private bool _lastWasV6;

    private HappyEyeballs(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        _spec = spec;
        _context = context;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _stopResolutionDelay = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
    }

    public static async ValueTask<ConnectionContext> ConnectAsync(EndpointSpec spec, EndpointContext context, CancellationToken cancellationToken)
    {
        var eyeballs = new HappyEyeballs(spec, context, cancellationToken);
        try
        {
            return await eyeballs.RunAsync(cancellationToken);
        }
        finally
        {
            await LifetimeTokens.CancelAsync(eyeballs._stop);
            eyeballs.DropOthers();
            eyeballs._stopResolutionDelay.Dispose();
            eyeballs._stop.Dispose();
        }
    }

    private async ValueTask<ConnectionContext> RunAsync(CancellationToken cancellationToken)
    {
        // RFC 8305 §3: the AAAA query first, the A query immediately after it
        _v6Answer = _context.NameResolver.ResolveAsync(_spec.Host!, AddressFamily.InterNetworkV6, _stop.Token).AsTask();
        _v4Answer = _context.NameResolver.ResolveAsync(_spec.Host!, AddressFamily.InterNetwork, _stop.Token).AsTask();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TakeAnswers();
            if (TakeAttempts() is { } winner)
            {
                return winner;
            }

            if (MayBegin())
            {
                BeginAttempt();
                continue;
            }

            List<Task> pending = ListPending();
            if (pending.Count == 0)
            {
                throw Failed();
            }

            await Task.WhenAny(pending).WaitAsync(cancellationToken);
        }
    }

    private void TakeAnswers()
    {
        TakeAnswer(ref _v6Answer, _v6);
        bool hadV4 = _v4Answer is null;
        TakeAnswer(ref _v4Answer, _v4);

        // RFC 8305 §3: a positive A answer waits the Resolution Delay for the AAAA answer
        if (!hadV4 && _v4.Count > 0 && _v6Answer is not null)
        {
            _resolutionDelay = Task.Delay(ResolutionDelay, _context.TimeProvider, _stopResolutionDelay.Token);
        }

        if (_v6Answer is null)
        {
            _stopResolutionDelay.Cancel();
        }
    }

    private void TakeAnswer(ref Task<IReadOnlyList<IPAddress>>? answer, Queue<IPAddress> into)
    {
        if (answer is not { IsCompleted: true } completed)
        {
            return;
        }

        answer = null;
        if (completed.IsCompletedSuccessfully)
        {
            foreach (IPAddress address in AddressOrder.Sort(completed.Result))
            {
                into.Enqueue(address);
            }

            return;
        }

        // one family's failure is told only if the other has nothing either
        _lastFailure = completed.Exception?.InnerException;
        _failures.Add(_lastFailure?.Message ?? "cancelled");
    }

    private ConnectionContext? TakeAttempts()
    {
        for (int i = 0; i < _attempts.Count; i++)
        {
            (IPEndPoint to, Task<ConnectionContext> task) = _attempts[i];
            if (!task.IsCompleted)
            {
                continue;
            }

            _attempts.RemoveAt(i--);
            if (task.IsCompletedSuccessfully)
            {
                return task.Result;
            }

            // RFC 8305 §5: the next attempt begins at once when one fails
            _attemptDelay = null;
            _lastFailure = task.Exception?.InnerException;
            _failures.Add($"{to}: {Describe(_lastFailure)}");
        }

        return null;
    }

    private bool MayBegin()
    {
        // what is over is forgotten here and nowhere else: what ends after this look is still waited for, and noticed on the next round
        _attemptDelay = _attemptDelay is { IsCompleted: false } ? _attemptDelay : null;
        _resolutionDelay = _resolutionDelay is { IsCompleted: false } ? _resolutionDelay : null;
        if (_v6.Count + _v4.Count == 0 || _attemptDelay is not null)
        {
            return false;
        }

        bool waitsForV6 = _v6.Count == 0 && _v6Answer is not null && _resolutionDelay is not null;
        return !waitsForV6;
    }

    private void BeginAttempt()
    {
        // RFC 8305 §4: the families alternate, IPv6 first (First Address Family Count 1)
        bool useV6 = _v6.Count > 0 && (!_lastWasV6 || _v4.Count == 0);
        _lastWasV6 = useV6;
        var to = new IPEndPoint((useV6 ? _v6 : _v4).Dequeue(), _spec.Port!.Value);
        _attempts.Add((to, ConnectOneAsync(to)));
        _attemptDelay = Task.Delay(AttemptDelay, _context.TimeProvider, _stop.Token);
    }

    private async Task<ConnectionContext> ConnectOneAsync(IPEndPoint to) => await _context.StreamConnections.ConnectAsync(to, _stop.Token);

    private List<Task> ListPending()
    {
        var pending = new List<Task>(_attempts.Select(attempt => attempt.Task));
        bool hasNext = _v6.Count + _v4.Count > 0;
        Task?[] others = [_v6Answer, _v4Answer, hasNext ? _attemptDelay : null, hasNext ? _resolutionDelay : null];
        pending.AddRange(others.OfType<Task>());
        return pending;
    }

    private void DropOthers()
    {
        foreach ((_, Task<ConnectionContext> task) in _attempts)
        {
            _ = DropAsync(task);
        }

        _ = ObserveAsync(_v6Answer);
        _ = ObserveAsync(_v4Answer);
    }

    private static async Task DropAsync(Task<ConnectionContext> attempt)
    {
        await ObserveAsync(attempt);
        if (attempt.IsCompletedSuccessfully)
        {
            // it was won too, but late
            attempt.Result.Abort(new ConnectionAbortedException("Another address answered first."));
            await attempt.Result.DisposeAsync();
        }
    }

    private static async Task ObserveAsync(Task? task)
    {
        if (task is not null)
        {
            await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    private EndpointException Failed()
    {
        string what = _failures.Count == 0 ? "the name has no address" : string.Join("; ", _failures);
        return new EndpointException($"Cannot connect to {_spec}: {what}.", ErrorSide.Remote, _lastFailure);
    }

    private static string Describe(Exception? exception) => EndpointFailure.FindSocketError(exception) switch
    {
        SocketError.ConnectionRefused => "refused",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "unreachable",
        SocketError.TimedOut => "no answer",
        _ => exception?.Message ?? "cancelled",
    };
}
