using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Client;

/// <summary>
/// Shows a connection as a stream, for libraries that want one: <c>SocketsHttpHandler.ConnectCallback</c>, clients of databases and mail. What is
/// written is sent at once. Disposing of it disposes of the connection.
/// </summary>
/// <remarks><b>Call</b>: one read and one write at a time, asynchronously: nothing in the engine blocks a thread, and so the synchronous calls are refused.</remarks>
/// <param name="connection">The connection, which is the stream's from now on.</param>
public sealed class ConnectionStream(ConnectionContext connection) : Stream
{
    private readonly IDuplexPipe _transport = (connection ?? throw new ArgumentNullException(nameof(connection))).Transport;
    private volatile bool _isDisposed;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Gets the connection.</summary>
    public ConnectionContext Connection => connection;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ReadResult result = await _transport.Input.ReadAsync(cancellationToken);
        if (_isDisposed)
        {
            throw new IOException("The stream was disposed of while it was read.");
        }

        ReadOnlySequence<byte> taken = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, buffer.Length));
        try
        {
            taken.CopyTo(buffer.Span);
            return (int)taken.Length;
        }
        finally
        {
            _transport.Input.AdvanceTo(taken.End);
        }
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A connection is read asynchronously.");

    /// <inheritdoc/>
    /// <exception cref="IOException">The connection takes nothing more.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        FlushResult result = await _transport.Output.WriteAsync(buffer, cancellationToken);
        if (result.IsCompleted || result.IsCanceled)
        {
            throw new IOException("The connection takes nothing more.");
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A connection is written asynchronously.");

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        // who reads or writes meanwhile learns of it, as with a socket's stream
        _isDisposed = true;
        _transport.Input.CancelPendingRead();
        _transport.Output.CancelPendingFlush();
        return connection.DisposeAsync();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // nobody may be kept waiting here: what was written leaves in the background
            _ = DisposeAsync().AsTask();
        }

        base.Dispose(disposing);
    }
}
