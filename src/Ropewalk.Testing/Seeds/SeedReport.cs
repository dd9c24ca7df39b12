using System.Text.Json;

namespace Ropewalk.Testing.Seeds;

/// <summary>Is what the processes of one piece of a sweep have told; <see cref="SeedReporter"/> says how it is written.</summary>
internal sealed class SeedReport
{
    private readonly List<SeedReportRun> _failedOrUnderWay = [];

    /// <summary>Gets the runs that have failed, or of whose end nothing was told.</summary>
    public IReadOnlyList<SeedReportRun> Runs => _failedOrUnderWay;

    /// <summary>Gets how many runs there were with a seed of the range.</summary>
    public long Explored { get; private set; }

    /// <summary>Reads all reports of a folder.</summary>
    public static SeedReport Read(string folder)
    {
        var report = new SeedReport();
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            report.ReadFile(file);
        }

        return report;
    }

    private void ReadFile(string file)
    {
        var runs = new Dictionary<int, SeedReportRun>();
        // a process that was ended may still be writing
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                ReadLine(document.RootElement, runs);
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                // the process ended while it wrote the line
            }
        }

        _failedOrUnderWay.AddRange(runs.Values);
    }

    private void ReadLine(JsonElement line, Dictionary<int, SeedReportRun> runs)
    {
        int number = line.GetProperty("run").GetInt32();
        if (line.TryGetProperty("seed", out JsonElement seed))
        {
            var run = new SeedReportRun(line.GetProperty("name").GetString() ?? "", seed.GetInt32(), line.GetProperty("pinned").GetBoolean());
            Explored += run.IsPinned ? 0 : 1;
            runs[number] = run;
        }
        else if (line.TryGetProperty("failure", out JsonElement failure) && runs.TryGetValue(number, out SeedReportRun? failed))
        {
            failed.IsUnderWay = false;
            failed.Failure = failure.GetString() ?? "";
        }
        else
        {
            runs.Remove(number);
        }
    }
}
