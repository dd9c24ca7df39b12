namespace Ropewalk.Hosting;

/// <summary>Names the files that a configuration was read from.</summary>
/// <param name="Paths">Their full paths.</param>
/// <param name="Stamps">Their state, as <see cref="Blocking.DiskStamps"/> describes it, before they were read.</param>
internal sealed record WatchedFiles(IReadOnlyList<string> Paths, string Stamps);
