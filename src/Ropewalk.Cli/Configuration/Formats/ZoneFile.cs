namespace Ropewalk.Cli.Configuration.Formats;

/// <summary>Is a zone file as a configuration names it.</summary>
/// <param name="Path">The full path.</param>
/// <param name="Zone">The zone's name, if it is said.</param>
internal sealed record ZoneFile(string Path, string? Zone);
