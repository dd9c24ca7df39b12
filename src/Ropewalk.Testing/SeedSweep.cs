using Ropewalk.Testing.Seeds;

namespace Ropewalk.Testing;

/// <summary>
/// Runs a command, such as a test program, in several processes over a range of seeds, and finds the lowest seed with which a simulated run in it fails.
/// </summary>
/// <remarks>
/// <b>Shape</b>: each process gets a piece of the range in <c>ROPEWALK_SEEDS</c>, which <see cref="Simulation.RunAsync"/> obeys, and a folder in
/// <c>ROPEWALK_SEED_REPORTS</c>, into which it tells what it runs. The first piece that fails ends those behind it; those before it are finished, so that
/// no lower seed fails. A process that crashes or hangs is a failure, with the seed that it was at; so is one in which nothing took its seed from the
/// range. A test that expects a run to fail sets <see cref="SimulationOptions.Seed"/>.
/// </remarks>
public sealed class SeedSweep
{
    private readonly string[] _command;

    /// <summary>Creates a sweep.</summary>
    /// <param name="command">The program and its arguments.</param>
    public SeedSweep(params IReadOnlyList<string> command)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentOutOfRangeException.ThrowIfZero(command.Count, nameof(command));
        _command = [.. command];
    }

    /// <summary>Gets the seeds. Default 1 to 1,000.</summary>
    public SeedRange Seeds { get; init; } = new(1, 1000);

    /// <summary>Gets how many processes run at a time. Default: as many as there are processors.</summary>
    public int Processes { get; init; } = Environment.ProcessorCount;

    /// <summary>Gets how many seeds one process runs at most: more cost fewer starts, fewer end sooner once a seed has failed. Default 100.</summary>
    public int SeedsPerProcess { get; init; } = 100;

    /// <summary>Gets how long one process may take before it is ended as hanging. Default 10 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets the folder that the processes start in; null for this process's own.</summary>
    public string? WorkingFolder { get; init; }

    /// <summary>Gets who is told each time a process has finished its piece.</summary>
    public IProgress<SeedSweepProgress>? Progress { get; init; }

    /// <summary>Runs it. Cancelling ends all processes that it has started, and theirs.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">The program cannot be started.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<SeedSweepResult> RunAsync(CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Processes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(SeedsPerProcess, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
        // every process has something to do, also where the range is short
        int size = (int)Math.Min(SeedsPerProcess, (Seeds.Count + Processes - 1) / Processes);
        string reports = Directory.CreateTempSubdirectory("ropewalk-seeds-").FullName;
        try
        {
            using var pieces = new SweepPieces([.. Seeds.Cut(size)], cancellationToken);
            await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => WorkAsync(pieces, reports)));
            cancellationToken.ThrowIfCancellationRequested();
            return new SeedSweepResult(Seeds, pieces.Runs, pieces.Failure);
        }
        finally
        {
            Directory.Delete(reports, recursive: true);
        }
    }

    private async Task WorkAsync(SweepPieces pieces, string reports)
    {
        while (pieces.TryTake(out int piece, out CancellationToken ended))
        {
            string folder = Directory.CreateDirectory(Path.Combine(reports, $"{piece}")).FullName;
            try
            {
                var process = new SweepProcess(_command, WorkingFolder, Timeout, pieces.SeedsOf(piece), folder);
                (SeedReport report, SeedFailure? failure) = await process.RunAsync(ended);
                SeedSweepProgress progress = pieces.Finish(piece, report.Explored, failure);
                Progress?.Report(progress);
            }
            catch (OperationCanceledException) when (ended.IsCancellationRequested)
            {
                // a lower seed has failed, or the whole was cancelled
            }
            catch
            {
                pieces.Cancel();
                throw;
            }
        }
    }
}
