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

    public ValueTask<byte[]?> HearAsync()
    {
        byte[] said = tested.TakeOutput();
        return ValueTask.FromResult(said.Length > 0 || tested.OutputEnded ? said : null);
    }

    public ValueTask<byte[]> HearNowAsync() => ValueTask.FromResult(tested.TakeOutput());

    public void Wait(TimeSpan time) => tested.Advance(time);

    public ValueTask UpgradeAsync()
    {
        tested.CompleteUpgrade();
        return ValueTask.CompletedTask;
    }

    public void Stop() => tested.RequestStop();
}
