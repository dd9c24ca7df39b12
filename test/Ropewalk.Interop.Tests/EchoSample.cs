namespace Ropewalk.Interop.Tests;

/// <summary>The echo server of the samples, as a program of its own.</summary>
internal static class EchoSample
{
    /// <summary>Gets the command line that runs it.</summary>
    public static IReadOnlyList<string> Command { get; } = [Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet", FindAssembly()];

    private static string FindAssembly()
    {
        // …/test/Ropewalk.Interop.Tests/bin/CONFIGURATION/FRAMEWORK/
        string[] folders = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
        string root = string.Join(Path.DirectorySeparatorChar, folders[..^5]);
        return Path.Combine(root, "samples", "Echo", "bin", folders[^2], folders[^1], "Echo.dll");
    }
}
