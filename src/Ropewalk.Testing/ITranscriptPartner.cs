namespace Ropewalk.Testing;

/// <summary>Is the tested side of a transcript as the playing side sees it.</summary>
internal interface ITranscriptPartner
{
    /// <summary>Sends to the tested side.</summary>
    ValueTask SayAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends the playing side's output.</summary>
    ValueTask EndAsync();

    /// <summary>Waits for more from the tested side; empty at its end, null if nothing comes.</summary>
    ValueTask<byte[]?> HearAsync();

    /// <summary>Lets the tested side finish what it is doing, and takes what has come.</summary>
    ValueTask<byte[]> HearNowAsync();

    /// <summary>Lets virtual time pass.</summary>
    void Wait(TimeSpan time);

    /// <summary>Upgrades the transport.</summary>
    ValueTask UpgradeAsync();

    /// <summary>Asks the tested side to say goodbye.</summary>
    void Stop();
}
