using System.ComponentModel;
using System.Diagnostics;

namespace Ropewalk.Interop.Tests;

/// <summary>
/// Is a program of the system that a test talks to. A test whose program is not installed is skipped, with the package to install; in CI
/// (the environment variable <c>CI</c> is <c>true</c>) it fails, because there everything must be installed.
/// </summary>
internal sealed class ExternalProgram
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(20);

    private readonly string _path;

    private ExternalProgram(string name, string path)
    {
        Name = name;
        _path = path;
    }

    public string Name { get; }

    /// <summary>Finds a program in PATH and in the system's folders for administrators, or skips the test.</summary>
    /// <param name="name">The program's name, or a full path.</param>
    /// <param name="package">The Debian package that has it; null if it has the program's name.</param>
    /// <param name="isPeer">False for a tool that is no peer of ours: it does not count as a meeting.</param>
    public static ExternalProgram Find(string name, string? package = null, bool isPeer = true)
    {
        string? path = TryFind(name);
        if (path is not null)
        {
            if (isPeer)
            {
                InteropTally.CountFound();
            }

            return new ExternalProgram(name, path);
        }

        Missing($"{name} is not installed: apt-get install {package ?? name}");
        throw new UnreachableException();
    }

    /// <summary>Skips the test, or fails it in CI, where nothing may be missing.</summary>
    public static void Missing(string what)
    {
        InteropTally.CountMissing();
        if (IsCi)
        {
            Assert.Fail($"In CI nothing may be missing: {what}");
        }

        Assert.Skip(what);
    }

    /// <summary>Gets whether nothing may be missing.</summary>
    public static bool IsCi => string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Runs the program to its end.</summary>
    /// <param name="arguments">Its arguments, one by one.</param>
    /// <param name="input">What it reads from its standard input, which then ends.</param>
    /// <param name="timeout">How long it may take; default 20 s. Then it is killed, and the test fails with what it had written.</param>
    public async Task<ProgramResult> RunAsync(IEnumerable<string> arguments, string input = "", TimeSpan? timeout = null)
    {
        await using RunningProgram running = Start(arguments);
        return await running.FinishAsync(input, timeout ?? DefaultTimeout);
    }

    /// <summary>Starts the program, for a test that talks with it while it runs. Disposing kills it and what it has started.</summary>
    public RunningProgram Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(_path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Messages are compared: they must not depend on who runs the tests.
        start.Environment["LC_ALL"] = "C";
        start.Environment["TZ"] = "UTC";
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start) ?? throw new Win32Exception($"{Name} did not start.");
        return new RunningProgram($"{Name} {string.Join(' ', start.ArgumentList)}", process);
    }

    private static string? TryFind(string name)
    {
        if (Path.IsPathRooted(name))
        {
            return File.Exists(name) ? name : null;
        }

        string[] folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator), "/usr/local/sbin", "/usr/sbin", "/sbin"];
        return folders.Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }
}
