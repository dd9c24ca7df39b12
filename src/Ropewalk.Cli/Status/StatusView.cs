using Ropewalk.Cli.Commands;
using Ropewalk.Diagnostics;

namespace Ropewalk.Cli.Status;

/// <summary>Is everything that one drawing of the status page shows, taken at one moment.</summary>
internal sealed record StatusView(StatusSnapshot Snapshot, IReadOnlyList<ConnectionStatus> Connections, IReadOnlyList<StatusSample> Samples)
{
    /// <summary>Gets what services tell of themselves.</summary>
    public IReadOnlyList<StatusPartView> Parts { get; init; } = [];

    /// <summary>Gets the machine's name.</summary>
    public string Machine { get; init; } = Environment.MachineName;

    /// <summary>Gets the program's version.</summary>
    public string Version { get; init; } = VersionLine.Version;

    /// <summary>Gets the process's number.</summary>
    public int ProcessId { get; init; } = Environment.ProcessId;

    /// <summary>Gets the memory that the system counts for the process.</summary>
    public long WorkingSetBytes { get; init; } = Environment.WorkingSet;

    /// <summary>Gets the processor time that the process has used.</summary>
    public TimeSpan ProcessorTime { get; init; } = Environment.CpuUsage.TotalTime;

    /// <summary>Takes one.</summary>
    public static StatusView Take(IStatusSource source, StatusHistory history)
    {
        return new StatusView(source.Capture(), source.ListConnections(most: StatusPageHtml.MostConnections), history.Samples)
        {
            Parts = [.. source.ListParts().Select(part => new StatusPartView(part.Service, part.Part.CaptureFigures(), part.Part.CaptureTables(), history.RatesOf(part.Service)))],
        };
    }
}
