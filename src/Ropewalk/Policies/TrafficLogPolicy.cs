using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Ropewalk.Transports;

namespace Ropewalk.Policies;

/// <summary>
/// Logs what crosses, masked and bounded: what is received when the handler takes it, what is sent when it is flushed or enqueued.
/// Above TLS it logs plain text, below TLS what is on the wire.
/// </summary>
public sealed class TrafficLogPolicy : IConnectionPolicy
{
    private readonly TrafficLogOptions _options;
    private readonly ILogger _logger;

    /// <summary>Creates the policy.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Something in the options is wrong.</exception>
    public TrafficLogPolicy(TrafficLogOptions options, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(logger);
        options.Validate();
        _options = options;
        _logger = logger;
    }

    /// <inheritdoc/>
    public string Name => "traffic-log";

    /// <inheritdoc/>
    public ConnectionDelegate Apply(ConnectionDelegate next) => connection =>
    {
        if (!_logger.IsEnabled(LogLevel.Debug))
        {
            return next(connection);
        }

        var page = new Page(_options, _logger, connection.ConnectionId);
        connection.Features.Set<ITrafficLogFeature>(page);
        if (connection.Features.Get<IOutboundQueueFeature>() is { } queue)
        {
            connection.Features.Set<IOutboundQueueFeature>(new Queue(queue, page));
        }

        return WrappedTransport.ServeAsync(
            connection, next, new WrappedTransport(new Reader(connection.Transport.Input, page), new Writer(connection.Transport.Output, page)));
    };

    private sealed class Page(TrafficLogOptions options, ILogger logger, string connectionId) : ITrafficLogFeature
    {
        private long _left = options.MaxConnectionBytes;

        public bool HidesReceived { get; set; }

        public bool HidesSent { get; set; }

        public int MaxShownBytes => options.MaxShownBytes;

        public bool IsFull => Volatile.Read(ref _left) < 0;

        public void Write(bool isReceived, ReadOnlySpan<byte> beginning, long count)
        {
            if (IsFull)
            {
                return;
            }

            if (Interlocked.Add(ref _left, -count) < 0)
            {
                PolicyLog.TrafficLogFull(logger, connectionId, options.MaxConnectionBytes);
                return;
            }

            bool isHidden = isReceived ? HidesReceived : HidesSent;
            string shown = isHidden ? " (hidden)" : ": " + Show(options.Mask(Encoding.Latin1.GetString(beginning), isReceived)) + (count > beginning.Length ? " …" : "");
            PolicyLog.Traffic(logger, connectionId, isReceived ? "received" : "sent", count, shown);
        }

        private string Show(string masked)
        {
            if (options.Format == TrafficFormat.Hex)
            {
                return Convert.ToHexString(Encoding.Latin1.GetBytes(masked));
            }

            var text = new StringBuilder(masked.Length + 8);
            foreach (char c in masked)
            {
                _ = c switch
                {
                    '\r' => text.Append("\\r"),
                    '\n' => text.Append("\\n"),
                    >= ' ' and < '\x7f' => text.Append(c),
                    _ => text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                };
            }

            return text.ToString();
        }
    }

    private sealed class Reader(PipeReader inner, Page page) : DelegatingPipeReader(inner)
    {
        protected override void OnConsumed(in ReadOnlySequence<byte> bytes)
        {
            if (!page.IsFull)
            {
                page.Write(isReceived: true, bytes.Slice(0, Math.Min(bytes.Length, page.MaxShownBytes)).ToArray(), bytes.Length);
            }
        }
    }

    private sealed class Writer(PipeWriter inner, Page page) : DelegatingPipeWriter(inner)
    {
        private readonly ArrayBufferWriter<byte> _beginning = new(64);
        private long _count;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            LogWritten();
            return base.FlushAsync(cancellationToken);
        }

        public override void Complete(Exception? exception = null)
        {
            LogWritten();
            base.Complete(exception);
        }

        protected override void OnWritten(ReadOnlySpan<byte> bytes)
        {
            _count += bytes.Length;
            int room = page.MaxShownBytes - _beginning.WrittenCount;
            if (room > 0 && !page.IsFull)
            {
                _beginning.Write(bytes[..Math.Min(room, bytes.Length)]);
            }
        }

        private void LogWritten()
        {
            if (_count > 0)
            {
                page.Write(isReceived: false, _beginning.WrittenSpan, _count);
                _beginning.ResetWrittenCount();
                _count = 0;
            }
        }
    }

    private sealed class Queue(IOutboundQueueFeature inner, Page page) : IOutboundQueueFeature
    {
        public long QueuedBytes => inner.QueuedBytes;

        public long LimitBytes
        {
            get => inner.LimitBytes;
            set => inner.LimitBytes = value;
        }

        public OutboundOverflow Overflow
        {
            get => inner.Overflow;
            set => inner.Overflow = value;
        }

        public long Dropped => inner.Dropped;

        public bool TryEnqueue(SharedBytes bytes)
        {
            if (!inner.TryEnqueue(bytes))
            {
                return false;
            }

            page.Write(isReceived: false, bytes.Span[..Math.Min(bytes.Length, page.MaxShownBytes)], bytes.Length);
            return true;
        }
    }
}
