using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Transports;

namespace Ropewalk.WebSockets;

/// <summary>
/// Puts a queue before a writer of others that has none (Kestrel's): what a handler flushes and what others enqueue leaves in the order of the
/// calls, by whoever finds nobody doing it. <c>FlushAsync</c> waits while the writer below does.
/// </summary>
internal sealed class QueuedOutput : OutboundPipe, IOutboundQueueFeature, IThreadPoolWorkItem
{
    private readonly PipeWriter _below;
    private readonly ConnectionContext _connection;
    private readonly ITransportTurnFeature? _turn;
    private bool _sending;

    public QueuedOutput(PipeWriter below, ConnectionContext connection, ITransportTurnFeature? turn)
        : base(new object(), limitBytes: 1024 * 1024)
    {
        _below = below;
        _connection = connection;
        _turn = turn;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        bool sends;
        lock (Gate)
        {
            QueueUnflushed();
            sends = TakeSending();
        }

        if (sends)
        {
            _ = SendAsync();
        }

        lock (Gate)
        {
            return FinishFlush(mustWait: _sending, cancellationToken);
        }
    }

    public override void Complete(Exception? exception = null)
    {
        if (exception is not null)
        {
            lock (Gate)
            {
                MarkClosed();
            }

            _below.Complete(exception);
            return;
        }

        bool sends;
        lock (Gate)
        {
            sends = TryBeginEnd() && TakeSending();
        }

        if (sends)
        {
            _ = SendAsync();
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = SendAsync();

    protected override void OnEnqueued()
    {
        if (TakeSending())
        {
            // not on the caller's stack: it has many to serve, and what comes meanwhile leaves in the same write
            TransportTurn.Post(_turn, static self => _ = ((QueuedOutput)self!).SendAsync(), this);
        }
    }

    protected override void Post(Action<object?> action, object? state) => TransportTurn.Post(_turn, action, state);

    protected override void OnOverflow(ConnectionEnd end) => Post(
        static state =>
        {
            (ConnectionContext connection, ConnectionEnd why) = ((ConnectionContext, ConnectionEnd))state!;
            connection.Features.Get<IConnectionEndFeature>()?.TrySetEnd(why);
            connection.Abort(new ConnectionAbortedException(why.ToString()));
        },
        (_connection, end));

    private bool TakeSending()
    {
        if (_sending || Closed || (Queue.IsEmpty && !Ending))
        {
            return false;
        }

        return _sending = true;
    }

    private async Task SendAsync()
    {
        bool isStopped;
        do
        {
            bool isLost = false;
            try
            {
                while (TryPeek(out ReadOnlyMemory<byte> bytes, out Block? gathered))
                {
                    try
                    {
                        isLost |= (await _below.WriteAsync(bytes)).IsCompleted;
                    }
                    finally
                    {
                        if (gathered is not null)
                        {
                            BlockPool.Return(gathered);
                        }
                    }

                    Consume(bytes.Length);
                }

                if (Ending && !Ended)
                {
                    Ended = true;
                    await _below.CompleteAsync();
                }
            }
            catch (Exception)
            {
                // whatever it is, nothing more can be sent; who writes next learns it from the flush
                isLost = true;
            }

            isStopped = TryStop(isLost, out bool resume);
            CompleteWaiter(resume);
        }
        while (!isStopped);
    }

    private bool TryPeek(out ReadOnlyMemory<byte> bytes, out Block? gathered)
    {
        gathered = null;
        bytes = default;
        lock (Gate)
        {
            if (Queue.IsEmpty || Closed)
            {
                return false;
            }

            if (Queue.HasOne)
            {
                bytes = Queue.FirstMemory;
                return true;
            }

            gathered = BlockPool.Rent(large: true);
            bytes = gathered.Array.AsMemory(0, Queue.Gather(gathered.Array));
            return true;
        }
    }

    private void Consume(int count)
    {
        lock (Gate)
        {
            Queue.Consume(count);
        }
    }

    private bool TryStop(bool isLost, out bool resume)
    {
        lock (Gate)
        {
            resume = TakeWaiter();
            if (!isLost && !Closed && (!Queue.IsEmpty || (Ending && !Ended)))
            {
                return false;
            }

            _sending = false;
            if (Ended || isLost || Closed)
            {
                MarkClosed();
                Queue.Clear();
            }

            return true;
        }
    }
}
