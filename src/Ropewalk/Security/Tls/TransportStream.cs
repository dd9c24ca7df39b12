using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Ropewalk.Security.Tls;

/// <summary>
/// Shows a connection's pipes to the system's TLS as a stream. Writes can be held together until a flush.
/// </summary>
/// <remarks>
/// A read gives no more than one record with application data. So the system's TLS never holds a record that it has not been asked for, and
/// the wait for the next one is a wait on the transport: while nothing comes, TLS is not involved and holds nothing.
/// </remarks>
internal sealed class TransportStream(IDuplexPipe transport) : Stream
{
    private const int HeaderBytes = 5;
    private const byte ChangeCipherSpec = 20;
    private const byte ApplicationRecord = 23;

    private readonly PipeReader _input = transport.Input;
    private readonly PipeWriter _output = transport.Output;
    private int _headLength;
    private ulong _head;
    private int _recordLeft;
    private bool _stopped;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Gets whether the transport's own end has been shown to TLS.</summary>
    public bool Ended { get; private set; }

    /// <summary>Gets what the transport failed with.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Gets or sets whether writes wait for <see cref="FlushAsync(CancellationToken)"/>.</summary>
    public bool Corked { get; set; }

    /// <summary>Gets whether the transport takes nothing more.</summary>
    public bool OutputRefused { get; private set; }

    /// <summary>Gets the bytes that wait for a flush.</summary>
    public long CorkedBytes { get; private set; }

    /// <summary>Gets the first bytes that the peer sent, up to eight.</summary>
    public byte[] Head
    {
        get
        {
            byte[] head = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(head, _head);
            return head[.._headLength];
        }
    }

    /// <summary>Looks whether a whole record has come, or the end: whether TLS can go on without waiting.</summary>
    public bool HasRecord()
    {
        try
        {
            return _stopped || (_input.TryRead(out ReadResult result) && Inspect(result));
        }
        catch (Exception exception)
        {
            // the read that follows tells it
            Failure ??= exception;
            return true;
        }
    }

    /// <summary>Waits for bytes. <b>Call</b>: after <see cref="HasRecord"/> said no; then give the result to <see cref="Inspect"/>.</summary>
    public ValueTask<ReadResult> WaitForBytesAsync() => _input.ReadAsync();

    /// <summary>Looks at what has come and leaves it there.</summary>
    public bool Inspect(in ReadResult result)
    {
        ReadOnlySequence<byte> available = result.Buffer;
        bool isReady = !result.IsCanceled && (result.IsCompleted || _recordLeft > 0 || IsWhole(available));
        _input.AdvanceTo(available.Start, isReady || result.IsCanceled ? available.Start : available.End);
        return isReady || _stopped;
    }

    private static bool IsWhole(in ReadOnlySequence<byte> available)
    {
        if (available.Length < HeaderBytes)
        {
            return false;
        }

        int size = SizeOf(available.Slice(0, HeaderBytes), out _);
        return size < 0 || available.Length >= size;
    }

    /// <summary>Makes a read that waits, and all later ones, see the end.</summary>
    public void Stop()
    {
        _stopped = true;
        _input.CancelPendingRead();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            if (_stopped || !_input.TryRead(out ReadResult result))
            {
                return WaitAsync(buffer, cancellationToken);
            }

            if (TryTake(result, buffer.Span, out int count))
            {
                return new ValueTask<int>(count);
            }

            return WaitAsync(buffer, cancellationToken);
        }
        catch (Exception exception)
        {
            Failure ??= exception;
            throw;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _output.Write(buffer.Span);
        CorkedBytes += buffer.Length;
        if (!Corked)
        {
            await FlushOutputAsync(cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Sends without waiting: TLS writes its last alert so.</summary>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc cref="Write(byte[], int, int)"/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _output.Write(buffer);
        _ = FlushOutputAsync(CancellationToken.None).AsTask();
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => FlushOutputAsync(cancellationToken).AsTask();

    public ValueTask FlushOutputAsync(CancellationToken cancellationToken)
    {
        CorkedBytes = 0;
        ValueTask<FlushResult> flush = _output.FlushAsync(cancellationToken);
        if (flush.IsCompletedSuccessfully)
        {
            OutputRefused |= flush.Result.IsCompleted;
            return ValueTask.CompletedTask;
        }

        return AwaitFlushAsync(flush);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Reading is asynchronous.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask AwaitFlushAsync(ValueTask<FlushResult> flush) => OutputRefused |= (await flush).IsCompleted;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!_stopped)
        {
            ReadResult result;
            try
            {
                result = await _input.ReadAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                Failure ??= exception;
                throw;
            }

            if (TryTake(result, buffer.Span, out int count))
            {
                return count;
            }
        }

        Ended = true;
        return 0;
    }

    private bool TryTake(in ReadResult result, Span<byte> target, out int count)
    {
        ReadOnlySequence<byte> available = result.Buffer;
        count = 0;
        if (result.IsCanceled || (available.Length < HeaderBytes && _recordLeft == 0 && !result.IsCompleted))
        {
            _input.AdvanceTo(available.Start, result.IsCanceled ? available.Start : available.End);
            return false;
        }

        if (target.Length == 0)
        {
            _input.AdvanceTo(available.Start);
            return true;
        }

        if (available.IsEmpty)
        {
            Ended = true;
            _input.AdvanceTo(available.Start);
            return true;
        }

        if (_recordLeft == 0)
        {
            _recordLeft = Measure(available);
        }

        count = (int)Math.Min(Math.Min(available.Length, target.Length), _recordLeft);
        _recordLeft -= count;
        available = available.Slice(0, count);
        available.CopyTo(target);
        if (_headLength < sizeof(ulong))
        {
            NoteHead(target[..count]);
        }

        _input.AdvanceTo(available.End);
        return true;
    }

    /// <summary>Gets the length of what may be given in one read: up to the end of the first record with application data.</summary>
    private static int Measure(ReadOnlySequence<byte> available)
    {
        int total = 0;
        while (available.Length - total >= HeaderBytes)
        {
            int size = SizeOf(available.Slice(total, HeaderBytes), out byte type);
            if (size < 0)
            {
                // not TLS: the system's TLS says so
                return (int)available.Length;
            }

            total += size;
            if (type == ApplicationRecord || total >= available.Length)
            {
                return total;
            }
        }

        return total > 0 ? total : (int)available.Length;
    }

    private static int SizeOf(in ReadOnlySequence<byte> header, out byte type)
    {
        Span<byte> bytes = stackalloc byte[HeaderBytes];
        header.CopyTo(bytes);
        type = bytes[0];
        return type is >= ChangeCipherSpec and <= ApplicationRecord && bytes[1] == 3 ? HeaderBytes + BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]) : -1;
    }

    private void NoteHead(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length && _headLength < sizeof(ulong); i++)
        {
            _head |= (ulong)bytes[i] << (8 * _headLength++);
        }
    }
}
