namespace Ropewalk.Hosting;

/// <summary>
/// Looks at files again and again and tells when they have changed and then been left alone: an editor's half-written file is not read.
/// </summary>
/// <param name="files">The files, asked for anew at every look.</param>
/// <param name="readStamps">Describes their state.</param>
/// <param name="changed">Is called once per change.</param>
/// <param name="interval">The time between two looks.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class FileChangeLoop(
    Func<IReadOnlyList<string>> files,
    Func<IReadOnlyList<string>, Task<string>> readStamps,
    Func<Task> changed,
    TimeSpan interval,
    TimeProvider timeProvider)
{
    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<string> watched = files();
        string known = await readStamps(watched);
        string seen = known;
        while (true)
        {
            await Task.Delay(interval, timeProvider, cancellationToken);
            if (!files().SequenceEqual(watched))
            {
                // Another configuration is in force, which was read from these as they are now, or nearly.
                watched = files();
                known = seen = await readStamps(watched);
                continue;
            }

            string now = await readStamps(watched);
            if (now != known && now == seen)
            {
                known = now;
                await changed();
            }

            seen = now;
        }
    }
}
