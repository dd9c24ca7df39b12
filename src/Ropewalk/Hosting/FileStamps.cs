using System.Collections.Concurrent;
using Ropewalk.Blocking;

namespace Ropewalk.Hosting;

/// <summary>Holds the state that files had just before they were read, so that a change which comes while they are read is seen afterwards. Of one load at a time.</summary>
internal sealed class FileStamps
{
    private readonly ConcurrentDictionary<string, string> _stamps = new(StringComparer.Ordinal);

    /// <summary>Forgets the load before.</summary>
    public void Begin() => _stamps.Clear();

    /// <summary>Notes the state of those files that have not been noted in this load.</summary>
    public Task NoteAsync(IEnumerable<string> paths)
    {
        string[] unknown = [.. paths.Where(path => !_stamps.ContainsKey(path))];
        return unknown.Length == 0 ? Task.CompletedTask : BlockingWork.RunAsync(() =>
        {
            foreach (string path in unknown)
            {
                _stamps.TryAdd(path, DiskStamps.Read([path]));
            }
        });
    }

    /// <summary>Joins what was noted of files, as whoever watches reads it.</summary>
    public string Join(IEnumerable<string> paths) => string.Concat(paths.Select(path => _stamps.GetValueOrDefault(path)));
}
