using System.Globalization;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Storage;

namespace Ropewalk.Chat.Irc.Server;

/// <summary>Writes what is said in registered channels to an append-only log, and only then has it told.</summary>
/// <remarks>
/// <para><b>Theory.</b> Messages are queued on the network's turn, in the order in which they were taken; one writer appends all that wait in one piece, and hands them back
/// to the network in the same order. So the log, the memory and what everybody saw have one order, and what anybody has seen is in the log.</para>
/// <para>The log is a row of segments; the oldest are deleted. A segment whose end was torn by a crash is read up to there and never written again.</para>
/// </remarks>
internal sealed class HistoryLog : IAsyncDisposable
{
    private readonly IFileStore _files;
    private readonly FileStorePath _folder;
    private readonly IrcHistoryLogOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Action<IReadOnlyList<IrcWork.KeepMessages>> _onWritten;
    private readonly Channel<IrcWork.KeepMessages> _queue = Channel.CreateUnbounded<IrcWork.KeepMessages>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });
    private readonly SortedDictionary<long, long> _segments = [];
    private IFileStoreFile? _file;
    private Task _writing = Task.CompletedTask;
    private long? _own;
    private long? _dirtySince;

    /// <summary>Creates the log; nothing is read or written yet.</summary>
    /// <param name="files">Where it is.</param>
    /// <param name="folder">In which folder.</param>
    /// <param name="options">Its bounds.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where failures are told.</param>
    /// <param name="onWritten">Hands messages back, in order, written or not; called by the writer.</param>
    public HistoryLog(IFileStore files, string folder, IrcHistoryLogOptions options, TimeProvider time, ILogger log, Action<IReadOnlyList<IrcWork.KeepMessages>> onWritten)
    {
        _files = files;
        _folder = FileStorePath.Parse(folder);
        _options = options;
        _time = time;
        _log = log;
        _onWritten = onWritten;
    }

    /// <summary>Reads what is there, the oldest first, and begins to write.</summary>
    public async ValueTask StartAsync(Action<HistoryRecord> take, CancellationToken cancellationToken)
    {
        foreach (FileStoreEntry entry in await _files.ListAsync(_folder, cancellationToken))
        {
            if (NumberOf(entry.Path) is not { } number)
            {
                continue;
            }

            byte[] bytes = await _files.ReadAllAsync(entry.Path, int.MaxValue, cancellationToken) ?? [];
            _segments[number] = bytes.Length;
            Read(bytes, take);
        }

        _writing = WriteAsync();
    }

    /// <summary>Queues messages. <b>Call</b>: on the network's turn.</summary>
    public void Enqueue(IrcWork.KeepMessages work)
    {
        if (!_queue.Writer.TryWrite(work))
        {
            // The server stops, and nothing is written any more.
            _onWritten([work]);
        }
    }

    /// <summary>Writes what waits, flushes and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _writing;
    }

    private static void Read(ReadOnlySpan<byte> bytes, Action<HistoryRecord> take)
    {
        while (HistoryRecord.TryRead(bytes, out HistoryRecord? record, out int length))
        {
            take(record);
            bytes = bytes[length..];
        }
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
                batch.Add(work);
                foreach (IrcKeptMessage message in work.Messages)
                {
                    HistoryRecord.Of(message).Write(bytes);
                }
            }

            bool isDone = await TryAppendAsync(bytes.ToArray());
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

        Task<bool> next = waiting.AsTask();
        if (left > TimeSpan.Zero)
        {
            // A delay is cut to milliseconds: rounded up, or it would end too early.
            await Task.WhenAny(next, Task.Delay(left + TimeSpan.FromMilliseconds(1), _time));
        }

        if (_time.GetElapsedTime(since) >= _options.FlushInterval)
        {
            await TryFlushAsync();
        }

        return await next;
    }

    private async ValueTask<bool> TryAppendAsync(byte[] bytes)
    {
        try
        {
            _file ??= await OpenAsync();
            await _file.AppendAsync(bytes);
            _dirtySince ??= _time.GetTimestamp();
            _segments[_own!.Value] = _file.LengthBytes;
            if (_options.FlushInterval == TimeSpan.Zero)
            {
                await _file.FlushAsync();
                _dirtySince = null;
            }

            if (_file.LengthBytes >= _options.SegmentBytes)
            {
                await CloseAsync();
            }

            return true;
        }
        catch (Exception exception)
        {
            // Whatever it is: those who wait must hear of it, and the next message is tried anew.
            IrcServerLog.StoreFailed(_log, exception, "history");
            await CloseAsync();
            await DropEmptySegmentAsync();
            return false;
        }
    }

    // A full disk would else leave a file for each message that it refused.
    private async ValueTask DropEmptySegmentAsync()
    {
        if (_own is { } number && _segments[number] == 0)
        {
            _own = null;
            _segments.Remove(number);
            await TryDeleteAsync(number);
        }
    }

    private async ValueTask TryDeleteAsync(long number)
    {
        try
        {
            await _files.DeleteAsync(PathOf(number));
        }
        catch (FileStoreException exception)
        {
            IrcServerLog.StoreFailed(_log, exception, "history");
        }
    }

    private async ValueTask<IFileStoreFile> OpenAsync()
    {
        // Another may have written here meanwhile: the instance before a reload has its own segment until it ends.
        foreach (FileStoreEntry entry in await _files.ListAsync(_folder))
        {
            if (NumberOf(entry.Path) is { } other)
            {
                _segments.TryAdd(other, 0);
            }
        }

        long number = (_segments.Count == 0 ? 0 : _segments.Keys.Last()) + 1;
        IFileStoreFile file = await _files.OpenAsync(PathOf(number), FileStoreMode.Create);
        _own = number;
        _segments[number] = 0;
        while (_segments.Values.Sum() > _options.MostBytes && _segments.Count > 1)
        {
            long oldest = _segments.Keys.First();
            _segments.Remove(oldest);
            await TryDeleteAsync(oldest);
        }

        return file;
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
            await file.DisposeAsync();
        }
    }

    private FileStorePath PathOf(long number) => _folder / string.Create(CultureInfo.InvariantCulture, $"{number:D12}.log");

    private static long? NumberOf(FileStorePath path)
    {
        string name = path.ToString();
        int start = name.LastIndexOf('/') + 1;
        return name.EndsWith(".log", StringComparison.Ordinal) && long.TryParse(name.AsSpan(start, name.Length - start - 4), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
    }
}
