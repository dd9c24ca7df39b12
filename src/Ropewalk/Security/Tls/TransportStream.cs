using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Ropewalk.Security.Tls;

/// <summary>
/// Shows a connection's pipes to the system's TLS as a stream. An empty read waits for bytes and takes none, so that nobody holds a buffer
/// while nothing comes; writes can be held together until a flush.
/// </summary>
internal sealed class TransportStream(IDuplexPipe transport) : Stream
{
    private readonly PipeReader _input = transport.Input;
    private readonly PipeWriter _output = transport.Output;
    private int _headLength;
    private ulong _head;
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

            if (!result.IsCanceled)
            {
                return new ValueTask<int>(Take(result, buffer.Span));
            }

            _input.AdvanceTo(result.Buffer.Start);
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

            if (!result.IsCanceled)
            {
                return Take(result, buffer.Span);
            }

            _input.AdvanceTo(result.Buffer.Start);
        }

        Ended = true;
        return 0;
    }

    private int Take(in ReadResult result, Span<byte> target)
    {
        ReadOnlySequence<byte> available = result.Buffer;
        int count = (int)Math.Min(available.Length, target.Length);
        if (count > 0)
        {
            available = available.Slice(0, count);
            available.CopyTo(target);
            if (_headLength < sizeof(ulong))
            {
                NoteHead(target[..count]);
            }
        }
        else if (target.Length > 0 && result.IsCompleted)
        {
            Ended = true;
        }

        // what was taken is consumed; an empty read leaves all of it to be seen again
        _input.AdvanceTo(count > 0 ? available.End : result.Buffer.Start);
        return count;
    }

    private void NoteHead(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length && _headLength < sizeof(ulong); i++)
        {
            _head |= (ulong)bytes[i] << (8 * _headLength++);
        }
    }
}
