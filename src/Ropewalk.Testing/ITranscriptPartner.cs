namespace Ropewalk.Testing;

/// <summary>Is the tested side of a transcript as the playing side sees it.</summary>
internal interface ITranscriptPartner
{
    /// <summary>Sends to the tested side, and lets it take what was sent.</summary>
    ValueTask SayAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Ends the playing side's output.</summary>
    ValueTask EndAsync();

    /// <summary>Resets the connection.</summary>
    ValueTask ResetAsync();

    /// <summary>Waits for more from the tested side.</summary>
    ValueTask<Heard> HearAsync();

    /// <summary>Lets the tested side finish what it is doing, and takes what has come.</summary>
    ValueTask<Heard> HearNowAsync();

    /// <summary>Lets virtual time pass up to the next deadline of the tested side, but not longer than the limit.</summary>
    /// <returns>How much has passed.</returns>
    ValueTask<TimeSpan> PassTimeAsync(TimeSpan limit);

    /// <summary>Upgrades the transport.</summary>
    /// <returns>What went wrong; null if nothing.</returns>
    ValueTask<string?> UpgradeAsync();

    /// <summary>Asks the tested side to say goodbye.</summary>
    void Stop();
}
