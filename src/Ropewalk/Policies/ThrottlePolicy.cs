using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Policies;

/// <summary>
/// Slows connections down to a rate each way. A handler that reads waits, so that the peer feels it; a handler that flushes waits after the
/// flush. One flush is never split, and what is enqueued for many (<c>IOutboundQueueFeature</c>) is not slowed.
/// </summary>
public sealed class ThrottlePolicy : IConnectionPolicy
{
    private readonly ThrottleOptions _options;
    private readonly ByteBucket? _sharedReceive;
    private readonly ByteBucket? _sharedSend;

    /// <summary>Creates the policy.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Something in the options is wrong.</exception>
    public ThrottlePolicy(ThrottleOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        if (options.IsShared)
        {
            _sharedReceive = NewBucket(options.ReceiveBytesPerSecond);
            _sharedSend = NewBucket(options.SendBytesPerSecond);
        }
    }

    /// <inheritdoc/>
    public string Name => "throttle";

    /// <inheritdoc/>
    public ConnectionDelegate Apply(ConnectionDelegate next) => connection =>
    {
        ByteBucket? receive = _options.IsShared ? _sharedReceive : NewBucket(_options.ReceiveBytesPerSecond);
        ByteBucket? send = _options.IsShared ? _sharedSend : NewBucket(_options.SendBytesPerSecond);
        IDuplexPipe own = connection.Transport;
        return WrappedTransport.ServeAsync(
            connection,
            next,
            new WrappedTransport(
                receive is null ? own.Input : new Reader(own.Input, receive, _options.TimeProvider, connection.ConnectionClosed),
                send is null ? own.Output : new Writer(own.Output, send, _options.TimeProvider, connection.ConnectionClosed)));
    };

    private static bool TryCancel(CancellationTokenSource? waiting)
    {
        try
        {
            waiting?.Cancel();
            return waiting is not null;
        }
        catch (ObjectDisposedException)
        {
            return false; // that wait has just ended by itself
        }
    }

    private ByteBucket? NewBucket(long? rate) => rate is { } bytes ? new ByteBucket(bytes, _options.BurstBytes, _options.TimeProvider) : null;

    private sealed class Reader(PipeReader inner, ByteBucket bucket, TimeProvider time, CancellationToken closed) : DelegatingPipeReader(inner)
    {
        private CancellationTokenSource? _waiting;

        // what is not asked for does not come: a look without waiting sees nothing while there is a debt
        public override bool TryRead(out ReadResult result)
        {
            if (bucket.Wait() == TimeSpan.Zero)
            {
                return base.TryRead(out result);
            }

            result = default;
            return false;
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            bucket.Wait() == TimeSpan.Zero ? base.ReadAsync(cancellationToken) : WaitAndReadAsync(cancellationToken);

        public override void CancelPendingRead()
        {
            base.CancelPendingRead();
            TryCancel(_waiting);
        }

        protected override void OnReceived(long count) => bucket.Take(count);

        private async ValueTask<ReadResult> WaitAndReadAsync(CancellationToken cancellationToken)
        {
            using (var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closed))
            {
                _waiting = waiting;
                try
                {
                    // another connection may have taken what a shared bucket had
                    while (bucket.Wait() is var wait && wait > TimeSpan.Zero)
                    {
                        await Task.Delay(wait, time, waiting.Token);
                    }
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    // the read below knows: it was cancelled, or the connection is closed
                }
                finally
                {
                    _waiting = null;
                }
            }

            return await base.ReadAsync(cancellationToken);
        }
    }

    private sealed class Writer(PipeWriter inner, ByteBucket bucket, TimeProvider time, CancellationToken closed) : DelegatingPipeWriter(inner)
    {
        private CancellationTokenSource? _waiting;
        private long _written;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            bucket.Take(_written);
            _written = 0;
            ValueTask<FlushResult> flush = base.FlushAsync(cancellationToken);
            return bucket.Wait() == TimeSpan.Zero ? flush : FlushAndWaitAsync(flush, cancellationToken);
        }

        public override void CancelPendingFlush()
        {
            if (!TryCancel(_waiting))
            {
                base.CancelPendingFlush();
            }
        }

        protected override void OnWritten(ReadOnlySpan<byte> bytes) => _written += bytes.Length;

        private async ValueTask<FlushResult> FlushAndWaitAsync(ValueTask<FlushResult> flush, CancellationToken cancellationToken)
        {
            FlushResult result = await flush;
            if (result.IsCanceled || result.IsCompleted)
            {
                return result;
            }

            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, closed);
            _waiting = waiting;
            try
            {
                while (bucket.Wait() is var wait && wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, time, waiting.Token);
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return new FlushResult(isCanceled: !closed.IsCancellationRequested, isCompleted: closed.IsCancellationRequested);
            }
            finally
            {
                _waiting = null;
            }

            return result;
        }
    }
}
