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

    public async ValueTask SayAsync(ReadOnlyMemory<byte> bytes)
    {
        await _saying;
        // Not awaited: a tested side that answers before it has read everything must not block the play.
        _saying = own.Transport.Output.WriteAsync(bytes).AsTask();
    }

    public async ValueTask EndAsync()
    {
        await _saying;
        await own.Transport.Output.CompleteAsync();
    }

    public async ValueTask<byte[]?> HearAsync()
    {
        try
        {
            ReadResult read = await own.Transport.Input.ReadAsync().AsTask().WaitAsync(options.Patience, TimeProvider.System);
            byte[] heard = read.Buffer.ToArray();
            own.Transport.Input.AdvanceTo(read.Buffer.End);
            return heard;
        }
        catch (TimeoutException)
        {
            return null;
        }
        catch (IOException)
        {
            return [];
        }
    }

    public async ValueTask<byte[]> HearNowAsync()
    {
        await quiet.WhenQuietAsync();
        try
        {
            if (!own.Transport.Input.TryRead(out ReadResult read))
            {
                return [];
            }

            byte[] heard = read.Buffer.ToArray();
            own.Transport.Input.AdvanceTo(read.Buffer.End);
            return heard;
        }
        catch (IOException)
        {
            return [];
        }
    }

    public void Wait(TimeSpan time)
    {
        VirtualTime clock = options.Time ?? throw new InvalidOperationException("The transcript waits: set TranscriptOptions.Time to the tested side's clock.");
        clock.Advance(time);
    }

    public async ValueTask UpgradeAsync()
    {
        await _saying;
        if (options.Upgrade is { } upgrade)
        {
            await upgrade(own);
        }
    }

    public void Stop() =>
        (stop ?? throw new InvalidOperationException("The tested side's connection cannot be asked to stop.")).RequestClose();
}
