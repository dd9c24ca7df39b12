using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Client;
using Ropewalk.Diagnostics;
using Ropewalk.Transports;
using Ropewalk.WebSockets.Wire;

namespace Ropewalk.WebSockets;

/// <summary>
/// The reading half of a <see cref="WebSocketTransport"/>. It looks at what comes one block ahead of the handler, so that pings are answered
/// and the peer's close is learnt while the handler does not read; beyond that the peer waits. A reader that was completed goes on so, and
/// what comes is thrown away, until the peer's close.
/// </summary>
internal sealed class WebSocketInput : InboundPipe
{
    private readonly WebSocketTransport _transport;
    private readonly PipeReader _below;
    private readonly WebSocketFrameDecoder _decoder;
    private readonly ControlBudget _budget;
    private readonly bool _isLines;
    private readonly int _limit;
    private ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter _pending;
    private Action? _onReady;
    private long _messageBytes;
    private bool _reading;
    private bool _isOver;

    public WebSocketInput(WebSocketTransport transport, PipeReader below, WebSocketFrameDecoder decoder, WebSocketOptions options)
    {
        _transport = transport;
        _below = below;
        _decoder = decoder;
        _isLines = options.Messages == WebSocketMessages.Lines;
        _limit = options.InputLimitBytes;
        _budget = new ControlBudget(options.MaxControlFrames, options.TimeProvider);
    }

    /// <summary>Begins to look at what comes.</summary>
    public void Start()
    {
        lock (this)
        {
            ReadAhead();
        }
    }

    public override void Complete(Exception? exception = null)
    {
        lock (this)
        {
            if (!TryComplete())
            {
                return;
            }

            ReadAhead();
        }

        _transport.OnReaderCompleted();
    }

    /// <summary>Reads no more: the pipe below is to be completed.</summary>
    public void Stop()
    {
        lock (this)
        {
            _isOver = true;
            if (_reading)
            {
                _below.CancelPendingRead();
                return;
            }
        }

        _below.Complete();
    }

    protected override bool TryFill() => !_reading && Fill();

    protected override void OnConsumed() => ReadAhead();

    protected override void Post(Action<object?> action, object? state) => _transport.Post(action, state);

    private void ReadAhead()
    {
        if (HeldBytes == 0 && !_reading && !_isOver)
        {
            Fill();
        }
    }

    /// <summary>Takes what has come until there is something to tell, or it must wait.</summary>
    /// <returns>True if there is something to tell: bytes, the end, a failure.</returns>
    private bool Fill()
    {
        bool hasNews = false;
        while (!_isOver)
        {
            try
            {
                if (_below.TryRead(out ReadResult read))
                {
                    hasNews |= Take(read);
                }
                else if (hasNews || !TryReadAsync(ref hasNews))
                {
                    return hasNews;
                }
            }
            catch (Exception exception)
            {
                FailBelow(exception);
            }

            if (hasNews && Free < LeastSpace)
            {
                return true;
            }
        }

        return true;
    }

    /// <summary>Waits for the transport.</summary>
    /// <returns>True if it had something at once.</returns>
    private bool TryReadAsync(ref bool hasNews)
    {
#pragma warning disable RS0030 // no handler runs on this continuation; where a context must not be left it is kept
        ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter awaiter =
            _below.ReadAsync().ConfigureAwait(SynchronizationContext.Current is StayingContext).GetAwaiter();
#pragma warning restore RS0030
        if (awaiter.IsCompleted)
        {
            hasNews |= Take(awaiter.GetResult());
            return true;
        }

        _reading = true;
        _pending = awaiter;
        awaiter.UnsafeOnCompleted(_onReady ??= OnReady);
        return false;
    }

    private void OnReady()
    {
        ReadResult result;
        bool isWaiting;
        bool isStopped;
        lock (this)
        {
            _reading = false;
            isStopped = _isOver;
            bool hasNews = TakePending() || _isOver;
            if (!hasNews)
            {
                hasNews = Fill();
            }

            isWaiting = TakeWaiterIf(hasNews, out result);
        }

        if (isWaiting)
        {
            CompleteWaiter(result);
        }

        if (isStopped)
        {
            _below.Complete();
        }
    }

    private bool TakeWaiterIf(bool hasNews, out ReadResult result)
    {
        result = default;
        return hasNews && TakeWaiter(out result);
    }

    private bool TakePending()
    {
        ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter awaiter = _pending;
        _pending = default;
        try
        {
            return Take(awaiter.GetResult());
        }
        catch (Exception exception)
        {
            FailBelow(exception);
            return true;
        }
    }

    /// <summary>Decodes what the transport gave, until a block is full.</summary>
    /// <returns>True if there is something to tell the handler.</returns>
    private bool Take(in ReadResult read)
    {
        ReadOnlySequence<byte> buffer = read.Buffer;
        if (_isOver)
        {
            _below.AdvanceTo(buffer.End);
            return false;
        }

        bool hasNews = false;
        long consumed = 0;
        WebSocketStep over = WebSocketStep.NeedMore;
        foreach (ReadOnlyMemory<byte> segment in buffer)
        {
            consumed += Decode(segment.Span, ref hasNews, ref over, out bool isStopped);
            if (isStopped)
            {
                break;
            }
        }

        bool isAll = consumed == buffer.Length;
        SequencePosition upTo = isAll ? buffer.End : buffer.GetPosition(consumed);
        _below.AdvanceTo(upTo);
        if (over != WebSocketStep.NeedMore)
        {
            // nothing that follows counts, and it is not looked at
            End(over);
            return true;
        }

        if (read.IsCompleted && isAll)
        {
            EndWithoutClose();
            return true;
        }

        return hasNews;
    }

    private int Decode(ReadOnlySpan<byte> input, ref bool hasNews, ref WebSocketStep over, out bool isStopped)
    {
        int total = 0;
        isStopped = false;
        while (total < input.Length && !isStopped)
        {
            Block block = RentSpace();
            Span<byte> space = block.Array.AsSpan(block.End);
            WebSocketStep step = _decoder.Decode(input[total..], space, out int consumed, out int written);
            total += consumed;
            _messageBytes += written;
            if (_isLines && space[..written].ContainsAny((byte)'\r', (byte)'\n'))
            {
                // a line inside a line is how one command is smuggled into another
                GiveBack();
                Violate(WebSocketViolation.LineBreakInMessage);
                (over, isStopped) = (WebSocketStep.Violation, true);
                return total;
            }

            hasNews |= Keep(written);
            if (!Follow(step, ref hasNews))
            {
                (over, isStopped) = (step is WebSocketStep.Close ? step : WebSocketStep.Violation, true);
            }

            isStopped |= hasNews && Free < LeastSpace;
        }

        return total;
    }

    private bool Keep(int written)
    {
        if (written == 0 || Completed)
        {
            GiveBack();
            return false;
        }

        Append(written);
        if (HeldBytes > _limit)
        {
            Violate(new ConnectionEnd(ConnectionEndReason.LimitExceeded, ErrorSide.Remote, $"more than {_limit} bytes received and not consumed"), WebSocketCloseCode.MessageTooBig);
        }

        return true;
    }

    /// <summary>Does what a step asks for.</summary>
    /// <returns>False if it was the last one.</returns>
    private bool Follow(WebSocketStep step, ref bool hasNews)
    {
        switch (step)
        {
            case WebSocketStep.MessageEnd:
                bool isEmpty = _messageBytes == 0;
                _messageBytes = 0;
                hasNews |= EndLine();
                return Error is null && (!isEmpty || TakeOne());
            case WebSocketStep.EmptyFragment or WebSocketStep.Pong:
                return Error is null && TakeOne();
            case WebSocketStep.Ping:
                if (!TakeOne())
                {
                    return false;
                }

                // RFC 6455 §5.5.2, §5.5.3: a pong with the ping's payload
                _transport.Pong(_decoder.ControlPayload);
                return Error is null;
            case WebSocketStep.Close:
                return false;
            case WebSocketStep.Violation:
                Violate(_decoder.Violation);
                return false;
            default:
                return Error is null;
        }
    }

    private bool EndLine()
    {
        if (!_isLines || Completed)
        {
            return false;
        }

        Block block = RentSpace();
        "\r\n"u8.CopyTo(block.Array.AsSpan(block.End));
        Append(2);
        return true;
    }

    private bool TakeOne()
    {
        if (_budget.TryTake())
        {
            return true;
        }

        Violate(WebSocketViolation.ControlFlood);
        return false;
    }

    private void Violate(WebSocketViolation violation) => Violate(
        new ConnectionEnd(
            violation is WebSocketViolation.MessageTooBig or WebSocketViolation.ControlFlood ? ConnectionEndReason.LimitExceeded : ConnectionEndReason.ProtocolViolation,
            ErrorSide.Remote,
            "WebSocket: " + WebSocketRules.Describe(violation)),
        WebSocketRules.CloseCodeOf(violation));

    private void Violate(ConnectionEnd end, WebSocketCloseCode code)
    {
        if (Error is null)
        {
            Error = StreamConnection.ExceptionFor(end);
            _transport.OnViolation(end, code);
        }
    }

    private void End(WebSocketStep over)
    {
        _isOver = true;
        if (over == WebSocketStep.Close)
        {
            Ended = true;
            _transport.OnCloseReceived(_decoder.CloseCode, _decoder.CloseReason);
        }
        else
        {
            // the close frame is on its way: what is left is the end of both directions
            _transport.OnInputLost();
        }
    }

    /// <summary>Ends reading where the transport ended without a close frame: what came last may have been cut off (RFC 6455 §7.1.5: 1006).</summary>
    private void EndWithoutClose()
    {
        var end = new ConnectionEnd(ConnectionEndReason.PeerReset, ErrorSide.Remote, "the connection ended without a close frame (RFC 6455 §7.1.5)");
        _isOver = true;
        Error = new ConnectionResetException(end.Detail!);
        _transport.OnTransportEnded(end);
    }

    private void FailBelow(Exception exception)
    {
        _isOver = true;
        Error ??= exception;
        FailsAtOnce = exception is ConnectionAbortedException;
        _transport.OnTransportEnded(null);
    }
}
