using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Guides.Tests;

/// <summary>A program of the guides, running as its reader runs it; its own folder holds its development certificate.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly SemaphoreSlim _more = new(0);
    private readonly CancellationTokenSource _patience = new(Patience);

    private RunningProgram(Process process, string folder)
    {
        _process = process;
        Folder = folder;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Folder { get; }

    /// <summary>Gets the file with the development certificate that the program makes.</summary>
    public string Certificate => Path.Combine(Folder, "ropewalk", "development-certificate.pem");

    public static RunningProgram Start(string name, params string[] arguments) => StartWith([], name, arguments);

    /// <summary>Starts a program whose environment says more than the test's own.</summary>
    public static RunningProgram StartWith(Dictionary<string, string> environment, string name, params string[] arguments)
    {
        string folder = Directory.CreateTempSubdirectory("ropewalk-guide-").FullName;
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument.Replace("{folder}", folder, StringComparison.Ordinal));
        }

        start.Environment["XDG_DATA_HOME"] = folder;
        foreach ((string variable, string value) in environment)
        {
            start.Environment[variable] = value;
        }

        return new RunningProgram(Process.Start(start)!, folder);
    }

    /// <summary>Waits until the program prints a line that matches, and gives what the pattern's first group matched.</summary>
    public async Task<string> WaitForAsync(string pattern)
    {
        var seen = new List<string>();
        try
        {
            while (true)
            {
                await _more.WaitAsync(_patience.Token);
                Assert.True(_lines.TryDequeue(out string? line), $"The program ended before it printed {pattern}:\n{string.Join('\n', seen)}");
                seen.Add(line);
                if (Regex.Match(line, pattern) is { Success: true } match)
                {
                    return match.Groups[1].Value;
                }
            }
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The program did not print {pattern} in {Patience.TotalSeconds} s:\n{string.Join('\n', seen)}");
            throw;
        }
    }

    public void Type(string line) => _process.StandardInput.WriteLine(line);

    /// <summary>Stops the program as Enter does, and checks that it ends well.</summary>
    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(_patience.Token);
        Assert.Equal(0, _process.ExitCode);
    }

    /// <summary>Stops the program as Ctrl-C and service managers do.</summary>
    public async Task TerminateAsync()
    {
        using Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(_patience.Token);
        await _process.WaitForExitAsync(_patience.Token);
        Assert.Equal(0, _process.ExitCode);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _patience.Dispose();
        _more.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    // null: that stream has ended
    private void Take(string? line)
    {
        if (line is not null)
        {
            _lines.Enqueue(line);
            _more.Release();
        }
    }
}
