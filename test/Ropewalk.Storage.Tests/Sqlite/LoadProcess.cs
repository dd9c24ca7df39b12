using System.Diagnostics;
using System.Text;
using Ropewalk.Storage.Sqlite;

namespace Ropewalk.Storage.Tests.Sqlite;

/// <summary>This program as another process that writes to a store until it is killed, and notes what was acknowledged.</summary>
internal static class LoadProcess
{
    /// <summary>The variables that tell the other process what to write to; nobody else sets them.</summary>
    private const string FileVariable = "ROPEWALK_LOAD_FILE", NotesVariable = "ROPEWALK_LOAD_NOTES";

    private const int Writers = 8;

    /// <summary>Starts the process.</summary>
    public static Process Start(string file, string notes)
    {
        string program = Path.ChangeExtension(typeof(LoadProcess).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        string[] arguments = ["--explicit", "only", "--filter-class", typeof(LoadProcessTests).FullName!];
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[FileVariable] = file;
        start.Environment[NotesVariable] = notes;
        return Process.Start(start)!;
    }

    /// <summary>Reads what was acknowledged: of each writer the number of its last record.</summary>
    public static Dictionary<string, int> Read(string notes)
    {
        using var stream = new FileStream(notes, FileMode.OpenOrCreate, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        string text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))
            .GroupBy(note => note[0]).ToDictionary(group => group.Key, group => group.Max(note => int.Parse(note[1])));
    }

    /// <summary>Writes until the process is killed.</summary>
    public static async Task WriteForeverAsync()
    {
        string file = Environment.GetEnvironmentVariable(FileVariable) ?? throw new InvalidOperationException("Only for the process that another test starts.");
        string notes = Environment.GetEnvironmentVariable(NotesVariable)!;
        await using SqliteRecordStore store = await SqliteRecordStore.OpenAsync(file);
        await using var stream = new FileStream(notes, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => WriteAsync(store, stream, $"writer{writer}")));
    }

    private static async Task WriteAsync(SqliteRecordStore store, FileStream notes, string writer)
    {
        RecordKey last = RecordKey.Of("last", writer);
        int number = await store.GetAsync(last) is { } found ? int.Parse(Encoding.ASCII.GetString(found.Content.Span)) : 0;
        while (true)
        {
            byte[] content = Encoding.ASCII.GetBytes($"{++number}");
            RecordOutcome outcome = await store.ApplyAsync(
                [RecordChange.Put(RecordKey.Of("load", $"{writer}-{number}"), content, RecordExpectation.Absent), RecordChange.Put(last, content)]);
            if (!outcome.IsApplied)
            {
                throw new InvalidOperationException($"{writer} {number}: {outcome}");
            }

            lock (notes)
            {
                notes.Write(Encoding.ASCII.GetBytes($"{writer} {number}\n"));
            }
        }
    }
}
