using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Ropewalk.Transports;

namespace Ropewalk.Sessions;

/// <summary>
/// Is the reading half of a conversation: at most one read is under way, and what it brought is held while the session and the application
/// look at it.
/// </summary>
/// <remarks>
/// A read is never cancelled to get the loop's attention: cancelling a read through TLS may lose bytes, and a reader that somebody else
/// wraps need not bear it. The read goes on while the loop does other things.
/// </remarks>
internal sealed class SessionInput
{
    private const int NoRead = 0;
    private const int Reading = 1;
    private const int HasRead = 2;

    private readonly WakeSignal _wake;
    private Action? _onRead;
    private PipeReader _reader;
    private ValueTaskAwaiter<ReadResult> _read;
    private int _state;
    private ReadOnlySequence<byte> _buffer;
    private bool _holds;

    public SessionInput(PipeReader reader, WakeSignal wake)
    {
        _reader = reader;
        _wake = wake;
    }

    /// <summary>Gets whether a read has completed that nobody has looked at.</summary>
    public bool HasNews => Volatile.Read(ref _state) == HasRead;

    /// <summary>Gets whether a read is under way.</summary>
    public bool IsReading => Volatile.Read(ref _state) == Reading;

    /// <summary>Gets whether the peer's output has ended: what is held is the last of it.</summary>
    public bool PeerEnded { get; private set; }

    /// <summary>Gets what reading has thrown: the transport's failure, not the application's.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Gets or sets the bytes that are held and not consumed.</summary>
    public ReadOnlySequence<byte> Buffer
    {
        get => _buffer;
        set => _buffer = value;
    }

    /// <summary>Starts a read unless one is under way or everything has been read.</summary>
    public void StartRead()
    {
        if (_state != NoRead || PeerEnded)
        {
            return;
        }

        try
        {
            _read = _reader.ReadAsync().GetAwaiter();
        }
        catch (Exception exception)
        {
            Failure = exception;
            throw;
        }

        if (_read.IsCompleted)
        {
            _state = HasRead;
            return;
        }

        _state = Reading;
        if (_reader is InboundPipe own)
        {
            own.OnRead(static self => ((SessionInput)self!).OnRead(), this);
        }
        else
        {
            _read.UnsafeOnCompleted(_onRead ??= OnRead);
        }
    }

    /// <summary>Takes what has been read, or what was left, without waiting.</summary>
    /// <exception cref="IOException">The transport has failed.</exception>
    public void Hold()
    {
        if (_holds || IsReading)
        {
            return;
        }

        if (TryTakeRead(out ReadResult result))
        {
            _buffer = result.Buffer;
            _holds = true;
            PeerEnded |= result.IsCompleted;
        }
    }

    /// <summary>Gives what was consumed back to the transport.</summary>
    /// <param name="wantsMore">True if what is left is of use only with more; false if it is looked at again as it is.</param>
    public void Release(bool wantsMore)
    {
        if (_holds)
        {
            _holds = false;
            SequencePosition end = _buffer.End;
            _reader.AdvanceTo(_buffer.Start, wantsMore ? end : _buffer.Start);
            _buffer = default;
        }
    }

    /// <summary>Drops what is held and all that was sent before, without waiting.</summary>
    public void Discard()
    {
        Hold();
        if (_holds)
        {
            _buffer = _buffer.Slice(_buffer.End);
            Release(wantsMore: true);
        }
    }

    /// <summary>Stops a read that is under way before the transport is exchanged. What it brought is held.</summary>
    public async ValueTask StopReadAsync()
    {
        if (IsReading)
        {
            _reader.CancelPendingRead();
            while (IsReading)
            {
                await _wake.WaitAsync();
            }
        }

        Hold();
    }

    /// <summary>Reads from another transport from now on.</summary>
    public void Exchange(PipeReader reader)
    {
        _reader = reader;
        _state = NoRead;
        PeerEnded = false;
    }

    public ValueTask CompleteAsync() => _reader.CompleteAsync();

    private bool TryTakeRead(out ReadResult result)
    {
        try
        {
            if (!HasNews)
            {
                return _reader.TryRead(out result);
            }

            _state = NoRead;
            ValueTaskAwaiter<ReadResult> read = _read;
            _read = default;
            result = read.GetResult();
            return true;
        }
        catch (Exception exception)
        {
            Failure = exception;
            throw;
        }
    }

    private void OnRead()
    {
        Volatile.Write(ref _state, HasRead);
        _wake.Set(inline: true);
    }
}
