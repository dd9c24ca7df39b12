using System.Buffers;
using System.IO.Pipelines;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;
using Ropewalk.WebSockets.Wire;

namespace Ropewalk.WebSockets;

/// <summary>
/// The writing half of a <see cref="WebSocketTransport"/>. It has no queue of its own: a flush writes whole messages into the pipe below, and
/// what others enqueue goes, framed, into the queue below, whose promise of order and of whole messages becomes this one's.
/// </summary>
/// <remarks>One gate makes a message and its place in the order one step. After the close frame nothing passes it (RFC 6455 §5.5.1).</remarks>
internal sealed class WebSocketOutput : PipeWriter
{
    /// <summary>From this size on memory is handed down as it lies, behind its header.</summary>
    private const int InPlaceBytes = 16 * 1024;

    /// <summary>While more than this waits below, the peer does not read: a pong waits too, and the newest replaces it (RFC 6455 §5.5.3).</summary>
    private const int PongPauseBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly WebSocketTransport _transport;
    private readonly PipeWriter _below;
    private readonly IOutboundQueueFeature _queue;
    private readonly WebSocketForm _form;
    private readonly Func<uint>? _masks;
    private readonly int _maxMessageBytes;
    private Block? _first;
    private Block? _last;
    private byte[]? _pong;
    private long _written;
    private long _held;
    private bool _completed;
    private bool _ended;

    public WebSocketOutput(WebSocketTransport transport, PipeWriter below, IOutboundQueueFeature queue, WebSocketForm form, Func<uint>? masks, int maxMessageBytes)
    {
        _transport = transport;
        _below = below;
        _queue = queue;
        _form = form;
        _masks = masks;
        _maxMessageBytes = maxMessageBytes;
    }

    /// <summary>Gets whether the close frame has been sent, or nothing more can be.</summary>
    public bool Ended => Volatile.Read(ref _ended);

    /// <summary>Completes when the pipe below has taken the close frame that completing the output has sent.</summary>
    public Task Closing { get; private set; } = Task.CompletedTask;

    /// <summary>Gets the bytes of a line whose end has not been written.</summary>
    public long HeldBytes => Volatile.Read(ref _held);

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _written - _held;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Block block = Writable(sizeHint);
        return block.Array.AsMemory(block.End);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Block block = Writable(sizeHint);
        return block.Array.AsSpan(block.End);
    }

    public override void Advance(int bytes)
    {
        if (bytes == 0)
        {
            return;
        }

        if (_last is null || (uint)bytes > (uint)_last.Free)
        {
            throw new InvalidOperationException("Advanced past the memory that was given.");
        }

        _last.Extend(bytes);
        _written += bytes;
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        if (_form.IsLines || source.IsEmpty || source.Length > _maxMessageBytes || cancellationToken.IsCancellationRequested)
        {
            this.Write(source.Span);
            return FlushAsync(cancellationToken);
        }

        lock (_gate)
        {
            ThrowIfCompleted();
            if (_ended)
            {
                return Over();
            }

            EncodeWritten(isLast: false);
            if (_masks is null && source.Length >= InPlaceBytes)
            {
                // header and memory are queued below in one step
                _below.Advance(WebSocketFrameEncoder.EncodeHeader(_below.GetSpan(WebSocketFrameEncoder.MaxHeaderBytes), _form.Opcode, source.Length, null));
                return _below.WriteAsync(source, cancellationToken);
            }

            Encode(new ReadOnlySequence<byte>(source));
            return FlushBelow(cancellationToken);
        }
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<FlushResult>(cancellationToken);
        }

        lock (_gate)
        {
            if (_ended)
            {
                return Over();
            }

            EncodeWritten(isLast: false);
            if (_held <= _maxMessageBytes)
            {
                return FlushBelow(cancellationToken);
            }
        }

        _transport.Abort(new ConnectionEnd(ConnectionEndReason.LimitExceeded, ErrorSide.Local, $"a line of more than {_maxMessageBytes} bytes was written"));
        return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: true));
    }

    public override void CancelPendingFlush() => _below.CancelPendingFlush();

    /// <summary>Sends what was written, and the close frame: with an exception, an abort.</summary>
    public override void Complete(Exception? exception = null)
    {
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }

            _completed = true;
            if (exception is not null)
            {
                _ended = true;
                Drop();
                _below.Complete(exception);
            }
            else if (!_ended)
            {
                EncodeWritten(isLast: true);
                (WebSocketCloseCode code, string? reason) = _transport.ChooseClose();
                WriteClose(code, reason);
            }
            else
            {
                Drop();
            }
        }

        _transport.OnOutputDone();
    }

    /// <summary>Queues what is sent to many.</summary>
    public bool TryEnqueue(SharedBytes bytes)
    {
        lock (_gate)
        {
            if (_ended || _completed)
            {
                return false;
            }

            if (_masks is null)
            {
                return _queue.TryEnqueue(bytes.In(_form));
            }

            // RFC 6455 §5.3: each frame has a key of its own, so nothing can be shared
            SharedBytes masked = _form.Make(bytes.Span, _masks);
            bool isQueued = _queue.TryEnqueue(masked);
            masked.Release();
            return isQueued;
        }
    }

    /// <summary>Answers a ping. <b>Call</b>: from the reading half.</summary>
    public void Pong(ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            if (_queue.QueuedBytes > PongPauseBytes)
            {
                _pong = payload.ToArray();
                return;
            }

            _pong = null;
            EnqueueControl(WebSocketOpcode.Pong, payload);
        }
    }

    /// <summary>Sends the close frame in the handler's stead: to a peer that broke a rule, or whose close was not answered in time.</summary>
    public void SendClose(WebSocketCloseCode code, string? reason)
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            Span<byte> payload = stackalloc byte[WebSocketFrameEncoder.MaxControlBytes];
            EnqueueControl(WebSocketOpcode.Close, payload[..WebSocketFrameEncoder.EncodeClose(payload, code, reason)]);
        }
    }

    /// <summary>Sends nothing more: the connection is gone.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _ended = true;
        }
    }

    /// <summary>Ends the pipe below, when nobody writes into it.</summary>
    public void CompleteBelow()
    {
        lock (_gate)
        {
            _ended = true;
            _below.Complete();
        }
    }

    private static async Task ObserveAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            await flush;
        }
        catch (Exception)
        {
            // nothing follows the close frame; that it could not be sent is the connection's end
        }
    }

    private ValueTask<FlushResult> Over()
    {
        Drop();
        return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: true));
    }

    private ValueTask<FlushResult> FlushBelow(CancellationToken cancellationToken)
    {
        ValueTask<FlushResult> flush = _below.FlushAsync(cancellationToken);
        if (_pong is { } pong && _queue.QueuedBytes <= PongPauseBytes)
        {
            _pong = null;
            EnqueueControl(WebSocketOpcode.Pong, pong);
        }

        return flush;
    }

    private void EnqueueControl(WebSocketOpcode opcode, ReadOnlySpan<byte> payload)
    {
        Span<byte> frame = stackalloc byte[WebSocketFrameEncoder.MaxHeaderBytes + WebSocketFrameEncoder.MaxControlBytes];
        SharedBytes bytes = SharedBytes.Copy(frame[..WebSocketFrameEncoder.Encode(frame, opcode, payload, _masks?.Invoke())]);
        _queue.TryEnqueue(bytes);
        bytes.Release();
    }

    private void WriteClose(WebSocketCloseCode code, string? reason)
    {
        _ended = true;
        Span<byte> payload = stackalloc byte[WebSocketFrameEncoder.MaxControlBytes];
        int length = WebSocketFrameEncoder.EncodeClose(payload, code, reason);
        Span<byte> frame = _below.GetSpan(WebSocketFrameEncoder.MaxHeaderBytes + WebSocketFrameEncoder.MaxControlBytes);
        _below.Advance(WebSocketFrameEncoder.Encode(frame, WebSocketOpcode.Close, payload[..length], _masks?.Invoke()));
        ValueTask<FlushResult> flush = _below.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            Closing = ObserveAsync(flush);
        }
    }

    /// <summary>Writes what the handler has written, as messages, into the pipe below. A line without its end stays.</summary>
    private void EncodeWritten(bool isLast)
    {
        if (_first is null)
        {
            return;
        }

        var written = new ReadOnlySequence<byte>(_first, _first.Start, _last!, _last!.End);
        if (_form.IsLines)
        {
            EncodeLines(ref written, isLast);
        }
        else
        {
            while (!written.IsEmpty)
            {
                ReadOnlySequence<byte> message = written.Slice(0, Math.Min(written.Length, _maxMessageBytes));
                Encode(message);
                written = written.Slice(message.End);
            }
        }

        Keep(written);
    }

    private void EncodeLines(ref ReadOnlySequence<byte> written, bool isLast)
    {
        // what was held has no break in it: a line that comes byte by byte is not searched again and again
        while (written.Slice(_held).PositionOf((byte)'\n') is { } end)
        {
            _held = 0;
            EncodeLine(written.Slice(0, end));
            written = written.Slice(written.GetPosition(1, end));
        }

        if (isLast && !written.IsEmpty)
        {
            EncodeLine(written);
            written = written.Slice(written.End);
        }
    }

    private void EncodeLine(in ReadOnlySequence<byte> line)
    {
        int length = (int)line.Length;
        byte[]? rented = line.IsSingleSegment ? null : ArrayPool<byte>.Shared.Rent(length);
        if (rented is not null)
        {
            line.CopyTo(rented);
        }

        ReadOnlySpan<byte> payload = WebSocketLines.WithoutBreak(rented is null ? line.FirstSpan : rented.AsSpan(0, length));
        payload = WebSocketLines.Clean(payload, _form.IsText);
        Span<byte> frame = _below.GetSpan(payload.Length + WebSocketFrameEncoder.MaxHeaderBytes);
        _below.Advance(WebSocketFrameEncoder.Encode(frame, _form.Opcode, payload, _masks?.Invoke()));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void Encode(in ReadOnlySequence<byte> message)
    {
        uint? mask = _masks?.Invoke();
        _below.Advance(WebSocketFrameEncoder.EncodeHeader(_below.GetSpan(WebSocketFrameEncoder.MaxHeaderBytes), _form.Opcode, (int)message.Length, mask));
        long offset = 0;
        foreach (ReadOnlyMemory<byte> segment in message)
        {
            for (ReadOnlySpan<byte> rest = segment.Span; !rest.IsEmpty;)
            {
                Span<byte> target = _below.GetSpan();
                int count = Math.Min(rest.Length, target.Length);
                if (mask is { } key)
                {
                    WebSocketMask.Apply(rest[..count], target, key, offset);
                }
                else
                {
                    rest[..count].CopyTo(target);
                }

                _below.Advance(count);
                offset += count;
                rest = rest[count..];
            }
        }
    }

    private void Keep(in ReadOnlySequence<byte> rest)
    {
        _held = rest.Length;
        _written = _held;
        if (_held == 0)
        {
            Drop();
            return;
        }

        var from = (Block)rest.Start.GetObject()!;
        int start = rest.Start.GetInteger();
        while (_first != from)
        {
            Block done = _first!;
            _first = done.NextBlock;
            BlockPool.Return(done);
        }

        from.Start = start;
    }

    private void Drop()
    {
        while (_first is not null)
        {
            Block done = _first;
            _first = done.NextBlock;
            BlockPool.Return(done);
        }

        _last = null;
        _written = 0;
        _held = 0;
    }

    private Block Writable(int sizeHint)
    {
        ThrowIfCompleted();
        if (_last is not null && _last.Free > 0 && _last.Free >= sizeHint)
        {
            return _last;
        }

        Block block = BlockPool.RentFor(sizeHint, large: _last is not null);
        if (_last is null)
        {
            _first = block;
        }
        else
        {
            _last.Link(block);
        }

        return _last = block;
    }

    private void ThrowIfCompleted()
    {
        if (_completed)
        {
            throw new InvalidOperationException("Writing is not allowed after the writer was completed.");
        }
    }
}
