using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Blocking;
using Ropewalk.Transports.Memory;

namespace Ropewalk.Endpoints.Schemes;

/// <summary>
/// Carries bytes between two blocking streams and a memory connection, so that the handler sees all that a connection has: half-close,
/// backpressure, an end reason.
/// </summary>
internal sealed class StdioLink
{
    // a pipe's buffer on Linux (pipe(7))
    private const int BufferBytes = 64 * 1024;

    // one read and one write may block at the same time, for ever: threads of their own
    private readonly BlockingPool _pool = new("stdio", new BlockingPoolOptions { MaxThreads = 2 });
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly ConnectionContext _far;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StdioLink(Stream input, Stream output)
    {
        _input = input;
        _output = output;
        (_far, Connection) = MemoryTransport.CreatePair();
        Connection.LocalEndPoint = new MemoryEndPoint("stdio");
        Connection.RemoteEndPoint = new MemoryEndPoint("stdio");
    }

    public ConnectionContext Connection { get; }

    /// <summary>Completes when the handler's output has ended and all of it was written.</summary>
    public Task Ended => _ended.Task;

    public void Start()
    {
        _ = ReceiveAsync();
        _ = SendAsync();
    }

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[BufferBytes];
        PipeWriter writer = _far.Transport.Output;
        try
        {
            while (await _pool.RunAsync(() => _input.Read(buffer)) is > 0 and var count)
            {
                FlushResult result = await writer.WriteAsync(buffer.AsMemory(0, count));
                if (result.IsCompleted)
                {
                    break;
                }
            }

            await writer.CompleteAsync();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            _far.Abort(new ConnectionAbortedException("Standard input failed.", exception));
        }
    }

    private async Task SendAsync()
    {
        PipeReader reader = _far.Transport.Input;
        try
        {
            bool isEnd = false;
            while (!isEnd)
            {
                ReadResult result = await reader.ReadAsync();
                isEnd = result.IsCompleted;
                await _pool.RunAsync(() => Write(result.Buffer));
                reader.AdvanceTo(result.Buffer.End);
            }

            await reader.CompleteAsync();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            _far.Abort(new ConnectionAbortedException("Standard output failed.", exception));
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private void Write(ReadOnlySequence<byte> bytes)
    {
        foreach (ReadOnlyMemory<byte> segment in bytes)
        {
            _output.Write(segment.Span);
        }

        _output.Flush();
    }
}
