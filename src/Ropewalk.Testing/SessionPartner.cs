using Ropewalk.Sessions;

namespace Ropewalk.Testing;

/// <summary>Plays a transcript against a bare session.</summary>
internal sealed class SessionPartner(SessionSide tested) : ITranscriptPartner
{
    public ValueTask SayAsync(ReadOnlyMemory<byte> bytes)
    {
        tested.Receive(bytes.Span);
        return ValueTask.CompletedTask;
    }

    public ValueTask EndAsync()
    {
        tested.ReceiveEnd();
        return ValueTask.CompletedTask;
    }

    public ValueTask ResetAsync() =>
        throw new InvalidOperationException("A bare session knows no reset, only the engine that drives it does: play this transcript over a connection.");

    public ValueTask<Heard> HearAsync() => HearNowAsync();

    public ValueTask<Heard> HearNowAsync()
    {
        byte[] said = tested.TakeOutput();
        return ValueTask.FromResult(said.Length > 0 ? Heard.Of(said) : tested.OutputEnded ? Heard.End : Heard.Nothing);
    }

    public ValueTask<TimeSpan> PassTimeAsync(TimeSpan limit)
    {
        TimeSpan step = tested.NextDueUntil(tested.Now + limit) is { } due && due > tested.Now ? due - tested.Now : limit;
        tested.Advance(step);
        return ValueTask.FromResult(step);
    }

    public ValueTask<string?> UpgradeAsync()
    {
        if (tested.Status.Kind != SessionStatusKind.Upgrade)
        {
            return ValueTask.FromResult<string?>($"a session that wants {tested.Status.Kind}");
        }

        tested.CompleteUpgrade();
        return ValueTask.FromResult<string?>(null);
    }

    public void Stop() => tested.RequestStop();
}
