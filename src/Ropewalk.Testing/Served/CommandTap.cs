using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace Ropewalk.Testing.Served;

/// <summary>
/// Stands between one connection and the application: it records what comes, hands it over command by command, each when the application
/// waits for more, and does the faults.
/// </summary>
internal sealed class CommandTap
{
    private readonly InProcessServer _server;
    private readonly ServedConnection _served;
    private readonly ConnectionContext _connection;
    private readonly ICommandCutter? _cutter;
    private readonly QuietScheduler? _quiet;
    private readonly CancellationToken _stopping;
    private readonly IDuplexPipe _own;
    private readonly Pipe _handed;
    private readonly TappedWriter _answers;

    // Their continuations run at once or in the quiet scheduler's context: a hop over the pool would go unseen by it.
    private readonly TaskCompletionSource _left = new();
    private TaskCompletionSource _asked = new();
    private Task<ReadResult>? _reading;

    public CommandTap(
        InProcessServer server, ServedConnection served, ConnectionContext connection, ICommandCutter? cutter, QuietScheduler? quiet, CancellationToken stopping)
    {
        _server = server;
        _served = served;
        _connection = connection;
        _cutter = cutter;
        _quiet = quiet;
        _stopping = stopping;
        _own = connection.Transport;
        PipeScheduler scheduler = quiet ?? PipeScheduler.ThreadPool;
        _handed = new Pipe(new PipeOptions(readerScheduler: scheduler, writerScheduler: scheduler, pauseWriterThreshold: 0, useSynchronizationContext: false));
        _answers = new TappedWriter(_own.Output, () => _left.TrySetResult());
    }

    public async Task ServeAsync(ConnectionDelegate application)
    {
        var tapped = new TappedTransport(new TappedReader(_handed.Reader, OnAsked), _answers);
        _connection.Transport = tapped;
        Task pumping = RunAsync(PumpAsync);
        Task running = RunAsync(() => application(_connection));
        _server.OnConnected(_served);
        Exception? failure = null;
        try
        {
            await running;
        }
        catch (Exception thrown)
        {
            failure = thrown;
            throw;
        }
        finally
        {
            _left.TrySetResult();
            _own.Input.CancelPendingRead();
            await pumping;
            if (_connection.Transport == tapped)
            {
                _connection.Transport = _own;
            }

            _served.OnApplicationReturned(failure);
        }
    }

    private Task RunAsync(Func<Task> start) => _quiet is null ? start() : _quiet.Context.RunAsync(start);

    private void OnAsked() => Volatile.Read(ref _asked).TrySetResult();

    private async Task PumpAsync()
    {
        Exception? failure = null;
        try
        {
            while (!_left.Task.IsCompleted)
            {
                ReadResult read = await ReadAsync();
                bool isOver = read.IsCompleted || read.IsCanceled;
                if (!await HandOverAsync(read.Buffer, isOver) || isOver)
                {
                    return;
                }
            }
        }
        catch (Exception thrown)
        {
            // A lost connection, or a test's predicate: the application learns it where it reads.
            failure = thrown;
        }
        finally
        {
            await _handed.Writer.CompleteAsync(failure);
        }
    }

    private async Task<ReadResult> ReadAsync()
    {
        Task<ReadResult> read = _reading ?? _own.Input.ReadAsync().AsTask();
        _reading = null;
        return await read;
    }

    // False: the connection is over, or the application has left.
    private async Task<bool> HandOverAsync(ReadOnlySequence<byte> bytes, bool isLast)
    {
        _served.Add(bytes);
        ReadOnlyMemory<byte> all = bytes.ToArray();
        _own.Input.AdvanceTo(bytes.End);
        if (_cutter is null)
        {
            return await WaitUntilAskedAsync() && await HandAsync(all);
        }

        _cutter.Add(new ReadOnlySequence<byte>(all));
        while (_cutter.TryTake(out ReceivedPiece piece))
        {
            if (!await WaitUntilAskedAsync() || !await DoAsync(piece))
            {
                return false;
            }
        }

        return !isLast || await HandAsync(_cutter.TakeRest());
    }

    private async Task<bool> DoAsync(ReceivedPiece piece)
    {
        if (!piece.IsCommand)
        {
            return await HandAsync(piece.Raw);
        }

        _answers.PassAll();
        var command = new ReceivedCommand(_served, _server.NextCommandNumber(), piece.Content, piece.Frame);
        InjectedFault? injected = _server.FindFault(command);
        if (injected is not null)
        {
            return await MisbehaveAsync(injected, command, piece.Raw);
        }

        Announce(command);
        return await HandAsync(piece.Raw);
    }

    private async Task<bool> MisbehaveAsync(InjectedFault injected, ReceivedCommand command, ReadOnlyMemory<byte> raw)
    {
        CommandFault fault = injected.Fault;
        // Armed before anybody can know of the command, so that who does may move the clock.
        Task held = fault.Kind switch
        {
            CommandFaultKind.AnswerLate => Task.Delay(fault.Delay, _server.Time, _stopping),
            CommandFaultKind.Stall => injected.Removed,
            _ => Task.CompletedTask,
        };
        Announce(command);
        switch (fault.Kind)
        {
            case CommandFaultKind.Close:
                _answers.End();
                return false;
            case CommandFaultKind.Reset:
                var reset = new ConnectionAbortedException("A fault of the test resets the connection.");
                _connection.Abort(reset);
                throw reset;
            case CommandFaultKind.Answer:
                await _own.Output.WriteAsync(fault.Bytes);
                return true;
            case CommandFaultKind.DropAnswer:
                _answers.Drop();
                break;
            case CommandFaultKind.CutAnswer:
                _answers.CutAfter(fault.Count);
                break;
        }

        return await HoldAsync(held) && await HandAsync(raw);
    }

    private void Announce(ReceivedCommand command)
    {
        _served.Add(command);
        _server.OnReceived(command);
    }

    // Waits, and learns meanwhile whether the peer resets the connection.
    private async Task<bool> HoldAsync(Task held)
    {
        if (!held.IsCompleted)
        {
            _reading = _own.Input.ReadAsync().AsTask();
            Task stopped = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, _stopping);
            if (await Task.WhenAny(held, _reading, stopped, _left.Task) == _reading)
            {
                // What has come is handed over after the hold; a reset ends it here.
                await _reading;
                await Task.WhenAny(held, stopped, _left.Task);
            }
        }

        return held.IsCompletedSuccessfully && !_left.Task.IsCompleted;
    }

    private async Task<bool> WaitUntilAskedAsync()
    {
        await Task.WhenAny(Volatile.Read(ref _asked).Task, _left.Task);
        return !_left.Task.IsCompleted;
    }

    private async Task<bool> HandAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return true;
        }

        Volatile.Write(ref _asked, new TaskCompletionSource());
        FlushResult flushed = await _handed.Writer.WriteAsync(bytes);
        return !flushed.IsCompleted;
    }
}
