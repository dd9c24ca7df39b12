using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Ropewalk.Testing;

/// <summary>Plays a transcript over a connection.</summary>
internal sealed class ConnectionPartner(
    ConnectionContext own, IConnectionLifetimeNotificationFeature? stop, QuietScheduler quiet, TranscriptOptions options) : ITranscriptPartner
{
    private Task _saying = Task.CompletedTask;
    private Task<ReadResult>? _reading;

    public async ValueTask SayAsync(ReadOnlyMemory<byte> bytes)
    {
        // Not awaited: a tested side that answers before it has read everything must not block the play.
        _saying = SayAfterAsync(_saying, bytes);
        await quiet.WhenQuietAsync();
    }

    public ValueTask EndAsync()
    {
        _saying = EndAfterAsync(_saying);
        return ValueTask.CompletedTask;
    }

    public async ValueTask ResetAsync()
    {
        // A reset overtakes what is under way: the tested side reads first.
        await quiet.WhenQuietAsync();
        own.Abort(new ConnectionAbortedException("The transcript resets the connection."));
    }

    public async ValueTask<Heard> HearAsync()
    {
        Heard now = await HearNowAsync();
        if (now.Kind != HeardKind.Nothing || options.Patience <= TimeSpan.Zero)
        {
            return now;
        }

        await Task.WhenAny(_reading!, Task.Delay(options.Patience, TimeProvider.System));
        return await TakeReadAsync();
    }

    public async ValueTask<Heard> HearNowAsync()
    {
        // A transport tells that something has come only to one who waits for it.
        _reading ??= own.Transport.Input.ReadAsync().AsTask();
        await quiet.WhenQuietAsync();
        return await TakeReadAsync();
    }

    public async ValueTask<TimeSpan> PassTimeAsync(TimeSpan limit)
    {
        VirtualTime clock = options.Time ?? throw new InvalidOperationException("The transcript waits: set TranscriptOptions.Time to the tested side's clock.");
        await quiet.WhenQuietAsync();
        TimeSpan step = clock.UntilNextTimer is { } next && next < limit ? next : limit;
        clock.Advance(step);
        await quiet.WhenQuietAsync();
        return step;
    }

    public async ValueTask<string?> UpgradeAsync()
    {
        await _saying;
        if (options.Upgrade is not { } upgrade)
        {
            return null;
        }

        await StopReadingAsync();

        try
        {
            TimeSpan patience = options.Patience > TimeSpan.Zero ? options.Patience : Timeout.InfiniteTimeSpan;
            await upgrade(own).AsTask().WaitAsync(patience, TimeProvider.System);
            return null;
        }
        catch (TimeoutException)
        {
            return "silence";
        }
        catch (IOException failure)
        {
            return failure.ToString();
        }
    }

    public void Stop() =>
        (stop ?? throw new InvalidOperationException("The tested side's connection cannot be asked to stop.")).RequestClose();

    /// <summary>Gives up a read that is under way; what it has found stays in the connection.</summary>
    public async ValueTask StopReadingAsync()
    {
        if (_reading is not { } reading)
        {
            return;
        }

        _reading = null;
        own.Transport.Input.CancelPendingRead();
        try
        {
            own.Transport.Input.AdvanceTo((await reading).Buffer.Start);
        }
        catch (Exception failure) when (failure is IOException or ConnectionAbortedException)
        {
            // The connection is over, and the read with it.
        }
    }

    private async Task SayAfterAsync(Task before, ReadOnlyMemory<byte> bytes)
    {
        await before;
        try
        {
            await own.Transport.Output.WriteAsync(bytes);
        }
        catch (IOException)
        {
            // The tested side has left, and cannot hear it. Whether it should have, the next expected line tells.
        }
    }

    private async Task EndAfterAsync(Task before)
    {
        await before;
        await own.Transport.Output.CompleteAsync();
    }

    private async ValueTask<Heard> TakeReadAsync()
    {
        if (_reading is not { IsCompleted: true } read)
        {
            return Heard.Nothing;
        }

        _reading = null;
        try
        {
            ReadResult result = await read;
            byte[] heard = result.Buffer.ToArray();
            own.Transport.Input.AdvanceTo(result.Buffer.End);
            return heard.Length > 0 ? Heard.Of(heard) : result.IsCompleted ? Heard.End : Heard.Nothing;
        }
        catch (IOException)
        {
            return Heard.Reset;
        }
    }
}
