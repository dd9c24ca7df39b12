using System.Diagnostics;

namespace Ropewalk.Testing.Tests.Seeds;

/// <summary>This test program, to be run once more by a test.</summary>
internal static class OwnProgram
{
    /// <summary>Gets the command line that runs one test of it.</summary>
    public static string[] Only(string test)
    {
        string program = Environment.ProcessPath!;
        string[] start = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, typeof(OwnProgram).Assembly.Location] : [program];
        return [.. start, "--filter-method", $"*.{test}", "--no-ansi", "--no-progress"];
    }

    /// <summary>Gets the folder above the program's.</summary>
    public static string FolderAbove { get; } = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))!;

    /// <summary>Gets the line for a shell in <see cref="FolderAbove"/> that runs one test of it.</summary>
    public static string LineAbove(string test) => string.Join(' ', Only(test).Select(word => $"'{word}'")).Replace(FolderAbove + "/", "", StringComparison.Ordinal);

    /// <summary>Runs a line in a shell in <see cref="FolderAbove"/>.</summary>
    public static Task<(int ExitCode, string Output)> RunAboveAsync(string line, params (string Name, string Value)[] environment) => RunAsync(["sh", "-c", line], environment);

    /// <summary>Runs a command to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string[] command, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = FolderAbove, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string variable in new[] { "ROPEWALK_SEED", "ROPEWALK_SEEDS", "ROPEWALK_SEED_REPORTS" })
        {
            start.Environment.Remove(variable);
        }

        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(40));
        }
        finally
        {
            process.Kill(entireProcessTree: true); // does nothing where it has ended
        }

        return (process.ExitCode, await output + await errors);
    }
}
