using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ropewalk.Testing.Seeds;

/// <summary>Tells a sweep what runs in this process, if <c>ROPEWALK_SEED_REPORTS</c> names a folder for it.</summary>
/// <remarks>
/// <b>Shape</b>: a file of its own for each process; a JSON object a line. At its beginning a run is
/// <c>{"run":1,"name":"An_echo","seed":17,"pinned":false}</c>, at its end <c>{"run":1}</c> or <c>{"run":1,"failure":"…"}</c>. Each line is written at once: what
/// a process was at when it died is what its report begins and does not end.
/// </remarks>
internal sealed class SeedReporter(Stream to)
{
    // the messages are read by people too
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly Lazy<SeedReporter?> Process = new(OpenOfProcess);

    private readonly Lock _gate = new();
    private int _lastRun;

    /// <summary>Gets the process's own, or null if nobody wants to know.</summary>
    public static SeedReporter? OfProcess => Process.Value;

    /// <summary>Tells that a run begins.</summary>
    /// <returns>Its number.</returns>
    public int Begin(string name, int seed, bool isPinned)
    {
        int run = Interlocked.Increment(ref _lastRun);
        Write(run, json =>
        {
            json.WriteString("name", name);
            json.WriteNumber("seed", seed);
            json.WriteBoolean("pinned", isPinned);
        });
        return run;
    }

    /// <summary>Tells that a run has ended.</summary>
    public void End(int run, string? failure) => Write(run, json =>
    {
        if (failure is not null)
        {
            json.WriteString("failure", failure);
        }
    });

    private static SeedReporter? OpenOfProcess()
    {
        string? folder = Environment.GetEnvironmentVariable(SeedEnvironment.Reports);
        // no write of one line waits for another's
        return string.IsNullOrEmpty(folder) ? null
            : new SeedReporter(new FileStream(Path.Combine(folder, $"{Environment.ProcessId}.jsonl"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0));
    }

    private void Write(int run, Action<Utf8JsonWriter> rest)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("run", run);
            rest(json);
            json.WriteEndObject();
        }

        line.WriteByte((byte)'\n');
        lock (_gate)
        {
            to.Write(line.GetBuffer(), 0, (int)line.Length);
        }
    }
}
