using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Writes what is said in registered channels to an append-only log, and only then has it told.</summary>
/// <remarks>
/// <para><b>Theory.</b> Messages are queued on the network's turn, in the order in which they were taken; one writer appends all that wait in one piece, and hands them back
/// to the network in the same order. So the log, the memory and what everybody saw have one order, and what anybody has seen is in the log.</para>
/// <para>The log is a row of segments; the oldest are deleted. A segment whose end was torn by a crash is read up to there and never written again. One whose flush
/// failed is cut by its new name (<see cref="HistorySegment"/>): its senders are refused, and what was refused must not come back from the file.</para>
/// </remarks>
internal sealed class HistoryLog : IAsyncDisposable
{
    private const long Idle = long.MinValue;

    private readonly IFileStore _files;
    private readonly FileStorePath _folder;
    private readonly IrcHistoryLogOptions _options;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Action<IReadOnlyList<IrcWork.KeepMessages>> _onWritten;
    private readonly Channel<IrcWork.KeepMessages> _queue = Channel.CreateUnbounded<IrcWork.KeepMessages>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });
    private IFileStoreFile? _file;
    private Task _writing = Task.CompletedTask;
    private HistorySegment _own;
    private HistorySegment? _toCut;
    private long? _dirtySince;
    private long _busySince = Idle;

    /// <summary>Creates the log; nothing is read or written yet.</summary>
    /// <param name="files">Where it is.</param>
    /// <param name="options">What the server is made with: its bounds, its clock, and how its folder begins.</param>
    /// <param name="log">Where failures are told.</param>
    /// <param name="onWritten">Hands messages back, in order, written or not; called by the writer.</param>
    public HistoryLog(IFileStore files, IrcServerOptions options, ILogger log, Action<IReadOnlyList<IrcWork.KeepMessages>> onWritten)
    {
        _files = files;
        _folder = FileStorePath.Parse(options.StoreName + "-history");
        _options = options.HistoryLog;
        _timeout = options.StoreTimeout;
        _time = options.TimeProvider;
        _log = log;
        _onWritten = onWritten;
    }

    /// <summary>Reads what is there, the oldest first, and begins to write.</summary>
    public async ValueTask StartAsync(Action<HistoryRecord> take, CancellationToken cancellationToken)
    {
        foreach (HistorySegment segment in await ListAsync(cancellationToken))
        {
            await using IFileStoreFile file = await OpenToReadAsync(segment, cancellationToken);
            await segment.ReadAsync(file, take, cancellationToken);
        }

        _writing = WriteAsync();
    }

    /// <summary>Queues messages. <b>Call</b>: on the network's turn.</summary>
    public void Enqueue(IrcWork.KeepMessages work)
    {
        if (IsStuck || !_queue.Writer.TryWrite(work))
        {
            // The store does not answer: more would only wait as well. Or the server stops, and nothing is written any more.
            _onWritten([work]);
        }
    }

    /// <summary>Writes what waits, flushes and closes, if the store answers.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        try
        {
            await _writing.WaitAsync(_timeout, _time);
        }
        catch (TimeoutException)
        {
            IrcServerLog.StoreOverdue(_log, "history", _timeout);
        }
    }

    private bool IsStuck => Volatile.Read(ref _busySince) is not Idle and long since && _time.GetElapsedTime(since) >= _timeout;

    private async ValueTask<List<HistorySegment>> ListAsync(CancellationToken cancellationToken = default)
    {
        IReadOnlyList<FileStoreEntry> entries = await _files.ListAsync(_folder, cancellationToken);
        return [.. entries.Select(HistorySegment.Of).OfType<HistorySegment>().OrderBy(segment => segment.Number)];
    }

    // What is read is told, and what was told must be there after a power cut: a server that crashed may have left it to the system, which has not written it yet.
    private async ValueTask<IFileStoreFile> OpenToReadAsync(HistorySegment segment, CancellationToken cancellationToken)
    {
        IFileStoreFile? file = null;
        try
        {
            file = await _files.OpenAsync(segment.Path, FileStoreMode.Append, cancellationToken);
            await file.FlushAsync(cancellationToken);
            return file;
        }
        catch (FileStoreException failure) when (failure.Failure == FileStoreFailure.InUse)
        {
            // The instance before a reload writes it, and flushes it itself.
        }
        catch (FileStoreException failure) when (_options.FlushInterval > TimeSpan.Zero)
        {
            // The last second may be lost at a power cut: that was always so, and no reason not to serve. Who has asked for more than that is told by a start that fails.
            IrcServerLog.StoreFailed(_log, failure, "history");
            await (file?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
        catch
        {
            await (file?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }

        return await _files.OpenAsync(segment.Path, FileStoreMode.Read, cancellationToken);
    }

    private async Task WriteAsync()
    {
        var bytes = new List<byte>();
        while (await WaitAsync())
        {
            var batch = new List<IrcWork.KeepMessages>();
            bytes.Clear();
            while (bytes.Count < _options.SegmentBytes / 4 && _queue.Reader.TryRead(out IrcWork.KeepMessages? work))
            {
                if (!work.TryTake())
                {
                    continue;
                }

                batch.Add(work);
                foreach (IrcKeptMessage message in work.Messages)
                {
                    HistoryRecord.Of(message).Write(bytes);
                }
            }

            if (batch.Count == 0)
            {
                continue;
            }

            Volatile.Write(ref _busySince, _time.GetTimestamp());
            bool isDone = await TryWriteAsync(bytes.ToArray());
            Volatile.Write(ref _busySince, Idle);
            foreach (IrcWork.KeepMessages work in batch)
            {
                work.IsDone = isDone;
            }

            _onWritten(batch);
        }

        await CloseAsync();
    }

    // True when something waits to be written; false when nothing will come any more. What is written is flushed when it has waited for as long as it may, whatever comes.
    private async ValueTask<bool> WaitAsync()
    {
        ValueTask<bool> waiting = _queue.Reader.WaitToReadAsync();
        if (_dirtySince is not { } since)
        {
            return await waiting;
        }

        TimeSpan left = _options.FlushInterval - _time.GetElapsedTime(since);
        if (waiting.IsCompleted && left > TimeSpan.Zero)
        {
            return await waiting;
        }

        Task<bool> next = SeenAsync(waiting);
        if (left > TimeSpan.Zero)
        {
            // A delay is cut to milliseconds: rounded up, or it would end too early.
            await Task.WhenAny(next, Task.Delay(left + TimeSpan.FromMilliseconds(1), _time));
        }

        if (_time.GetElapsedTime(since) >= _options.FlushInterval)
        {
            Volatile.Write(ref _busySince, _time.GetTimestamp());
            await TryFlushAsync();
            Volatile.Write(ref _busySince, Idle);
        }

        return await next;
    }

    // AsTask would take WhenAny's continuation to the thread pool, out of a simulated run; an await comes back.
    private static async Task<bool> SeenAsync(ValueTask<bool> waiting) => await waiting;

    private async ValueTask<bool> TryWriteAsync(byte[] bytes)
    {
        if (!await TryAppendAsync(bytes))
        {
            await TryCutAsync();
            return false;
        }

        _own = _own with { Bytes = _file!.LengthBytes };
        if (_own.Bytes >= _options.SegmentBytes)
        {
            await CloseAsync();
        }

        return true;
    }

    private async ValueTask<bool> TryAppendAsync(byte[] bytes)
    {
        try
        {
            if (!await TryCutAsync())
            {
                return false;
            }

            _file ??= await OpenAsync();
            await _file.AppendAsync(bytes);
            if (_options.FlushInterval == TimeSpan.Zero)
            {
                await _file.FlushAsync();
            }
            else
            {
                _dirtySince ??= _time.GetTimestamp();
            }

            return true;
        }
        catch (Exception exception)
        {
            // Whatever it is: those who wait must hear of it, and the next message is tried anew.
            IrcServerLog.StoreFailed(_log, exception, "history");
            _toCut = _file is null ? null : _own;
            await CloseAsync();
            return false;
        }
    }

    // Nobody is told of what a failed write or flush may have left in the file: after a restart neither. Before that is sure, nothing else is written.
    private async ValueTask<bool> TryCutAsync()
    {
        if (_toCut is not { } segment)
        {
            return true;
        }

        try
        {
            // A full disk would leave a file for each message that it refused.
            await (segment.Bytes == 0
                ? _files.DeleteAsync(segment.Path).AsTask()
                : _files.RenameAsync(segment.Path, HistorySegment.PathOf(_folder, segment.Number, segment.Bytes)).AsTask());
            _toCut = null;
            return true;
        }
        catch (FileStoreException exception) when (exception.Failure != FileStoreFailure.NotFound)
        {
            IrcServerLog.StoreFailed(_log, exception, "history");
            return false;
        }
        catch (FileStoreException)
        {
            // Somebody has deleted it.
            _toCut = null;
            return true;
        }
    }

    private async ValueTask<IFileStoreFile> OpenAsync()
    {
        // Another may have written here meanwhile: the instance before a reload has its own segment until it ends.
        List<HistorySegment> others = await ListAsync();
        long number = others.Count == 0 ? 1 : others[^1].Number + 1;
        FileStorePath path = HistorySegment.PathOf(_folder, number);
        IFileStoreFile file = await _files.OpenAsync(path, FileStoreMode.Create);
        _own = new HistorySegment(path, number, 0);
        long held = others.Sum(segment => segment.Bytes);
        foreach (HistorySegment oldest in others.TakeWhile(_ => held > _options.MostBytes))
        {
            held -= oldest.Bytes;
            await TryDeleteAsync(oldest);
        }

        return file;
    }

    private async ValueTask TryDeleteAsync(HistorySegment segment)
    {
        try
        {
            await _files.DeleteAsync(segment.Path);
        }
        catch (FileStoreException exception)
        {
            IrcServerLog.StoreFailed(_log, exception, "history");
        }
    }

    private async ValueTask TryFlushAsync()
    {
        try
        {
            if (_file is not null && _dirtySince is not null)
            {
                _dirtySince = null;
                await _file.FlushAsync();
            }
        }
        catch (Exception exception)
        {
            // The file takes no more: the next message begins another.
            IrcServerLog.StoreFailed(_log, exception, "history");
            await CloseAsync();
        }
    }

    private async ValueTask CloseAsync()
    {
        if (_file is { } file)
        {
            await TryFlushAsync();
            _file = null;
            _dirtySince = null;
            try
            {
                await file.DisposeAsync();
            }
            catch (Exception exception)
            {
                IrcServerLog.StoreFailed(_log, exception, "history");
            }
        }
    }
}
