namespace Ropewalk.Hosting;

/// <summary>
/// Looks at files again and again and tells when they have changed and then been left alone: an editor's half-written file is not read.
/// One that is written without a rest keeps the others waiting for a few looks, and no longer.
/// </summary>
/// <param name="watched">The files of the configuration in force, and their state when it was read; asked for anew at every look.</param>
/// <param name="readStamps">Describes their state.</param>
/// <param name="changed">Is called once per change.</param>
/// <param name="failed">Is called when a look has failed after one that had not; looking goes on.</param>
/// <param name="interval">The time between two looks.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class FileChangeLoop(
    Func<WatchedFiles> watched,
    Func<IReadOnlyList<string>, Task<string>> readStamps,
    Func<Task> changed,
    Action<Exception> failed,
    TimeSpan interval,
    TimeProvider timeProvider)
{
    // Who writes a file by small pieces has this long; then it is read as it is, and again when it has changed.
    private const int MostRestless = 5;

    private WatchedFiles? _watched;
    private string? _known;
    private string? _seen;
    private int _restless;
    private bool _isFailing;

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await LookAsync();
                _isFailing = false;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                // a disk that hangs, no thread to ask it with: a look that is missed must not be the last
                if (!_isFailing)
                {
                    failed(exception);
                }

                _isFailing = true;
            }

            await Task.Delay(interval, timeProvider, cancellationToken);
        }
    }

    private async Task LookAsync()
    {
        WatchedFiles current = watched();
        string now = await readStamps(current.Paths);
        if (current != _watched)
        {
            // Another configuration is in force.
            _watched = current;
            _known = current.Stamps;
            _seen = null;
        }

        bool isResting = now == _seen;
        _seen = now;
        _restless = now == _known || isResting ? 0 : _restless + 1;
        if (now != _known && (isResting || _restless > MostRestless))
        {
            _known = now;
            _restless = 0;
            await changed();
        }
    }
}
