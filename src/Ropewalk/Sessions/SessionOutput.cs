using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;

namespace Ropewalk.Sessions;

/// <summary>Is the writing half of a conversation: sends what the session has written, and gives up a peer that takes nothing.</summary>
/// <remarks>As with reads, a flush is never cancelled to get attention: it goes on while the loop looks at the clock.</remarks>
internal sealed class SessionOutput
{
    private const int NoFlush = 0;
    private const int Flushing = 1;
    private const int Flushed = 2;

    private readonly ConnectionContext _connection;
    private readonly SessionTimer _timer;
    private readonly WakeSignal _wake;
    private readonly SessionOptions _options;
    private Action? _onFlushed;
    private int _state;
    private bool _ended;

    public SessionOutput(ConnectionContext connection, SessionTimer timer, WakeSignal wake, SessionOptions options)
    {
        _connection = connection;
        _timer = timer;
        _wake = wake;
        _options = options;
        Writer = connection.Transport.Output;
    }

    /// <summary>Gets where the session writes.</summary>
    public PipeWriter Writer { get; private set; }

    /// <summary>Gets whether the session has said its last word and the output has not been ended yet.</summary>
    public bool MustEnd { get; private set; }

    /// <summary>Gets whether the output has been ended.</summary>
    public bool HasEnded => _ended;

    /// <summary>Gets why nothing can be sent any more, once that is so.</summary>
    public ConnectionEnd? Lost { get; private set; }

    /// <summary>Gets whether so much is written that it should be sent before more is.</summary>
    public bool IsFull => !_ended && Writer.CanGetUnflushedBytes && Writer.UnflushedBytes >= _options.FlushThresholdBytes;

    /// <summary>Gets whether something is written and certainly not sent.</summary>
    public bool HasUnflushed => !_ended && Writer.CanGetUnflushedBytes && Writer.UnflushedBytes > 0;

    /// <summary>Notes whether a status is the session's last word.</summary>
    public void Note(in SessionStatus status) => MustEnd |= status.Kind == SessionStatusKind.EndOutput && !_ended;

    /// <summary>Sends what was written.</summary>
    public ValueTask FlushAsync()
    {
        if (_ended || (Writer.CanGetUnflushedBytes && Writer.UnflushedBytes == 0))
        {
            return ValueTask.CompletedTask;
        }

        ValueTask<FlushResult> flush = Writer.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            return AwaitFlushAsync(flush);
        }

        Check(flush.GetAwaiter().GetResult());
        return ValueTask.CompletedTask;
    }

    /// <summary>Ends the output; reading goes on.</summary>
    public async ValueTask EndAsync()
    {
        if (!_ended)
        {
            await FlushAsync();
            _ended = true;
            MustEnd = false;
            await Writer.CompleteAsync();
        }
    }

    /// <summary>Ends the output for good.</summary>
    public ValueTask CompleteAsync()
    {
        _ended = true;
        return Writer.CompleteAsync();
    }

    /// <summary>Writes to another transport from now on.</summary>
    public void Exchange(PipeWriter writer) => Writer = writer;

    /// <summary>Ends the conversation because the connection is gone.</summary>
    public void ThrowLost(ConnectionEnd? reason)
    {
        Lost ??= reason ?? EndOfConnection();
        throw new ConnectionAbortedException(Lost.ToString()!);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AwaitFlushAsync(ValueTask<FlushResult> flush)
    {
        ValueTaskAwaiter<FlushResult> awaiter = flush.GetAwaiter();
        _state = Flushing;
        // Made by the first flush that is not done at once: a peer that reads never sees one.
        awaiter.UnsafeOnCompleted(_onFlushed ??= OnFlushed);
        _timer.Refresh();
        TimeSpan until = _timer.Now + _options.FlushTimeout;
        while (Volatile.Read(ref _state) == Flushing)
        {
            if (Lost is null)
            {
                _timer.Arm(until);
            }

            await _wake.WaitAsync();
            _timer.Refresh();
            if (Lost is null && Volatile.Read(ref _state) == Flushing && _timer.HasPassed(until))
            {
                GiveUp();
            }

            _timer.TakeFired();
        }

        _state = NoFlush;
        Check(awaiter.GetResult());
    }

    private void GiveUp()
    {
        ConnectionEnd end = new(ConnectionEndReason.TimedOut, ErrorSide.Remote, $"the peer took nothing for {_options.FlushTimeout.TotalSeconds} s");
        _connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(end);
        Lost = end;
        _connection.Abort(new ConnectionAbortedException(end.ToString()));
    }

    private void Check(FlushResult result)
    {
        if (result.IsCompleted && !_ended)
        {
            ThrowLost(null);
        }
    }

    private ConnectionEnd EndOfConnection() =>
        _connection.Features.Get<IConnectionEndFeature>() is { End.Reason: not ConnectionEndReason.Open } feature
            ? feature.End
            : new ConnectionEnd(ConnectionEndReason.PeerReset, ErrorSide.Remote, "the peer takes nothing any more");

    private void OnFlushed()
    {
        Volatile.Write(ref _state, Flushed);
        _wake.Set(inline: true);
    }
}
