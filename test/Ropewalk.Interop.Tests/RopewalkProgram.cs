using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Ropewalk.Interop.Tests;

/// <summary>Is the built command in a process of its own: what a user runs.</summary>
internal sealed class RopewalkProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly RunningProgram _running;
    private readonly HeardText _errors;

    private RopewalkProgram(RunningProgram running)
    {
        _running = running;
        _errors = new HeardText(running.Errors);
    }

    /// <summary>Gets the command line up to the arguments.</summary>
    public static IReadOnlyList<string> Command { get; } = [EchoSample.Command[0], FindAssembly()];

    /// <summary>Gets what it printed at its start.</summary>
    public string Page { get; private set; } = "";

    /// <summary>Gets what it wrote to standard error so far.</summary>
    public string Errors => _errors.ToString();

    /// <summary>Gets how long its threads have been busy.</summary>
    public TimeSpan ProcessorTime => _running.ProcessorTime;

    /// <summary>Gets how much memory it has.</summary>
    public long WorkingSetBytes => _running.WorkingSetBytes;

    /// <summary>Runs it to its end.</summary>
    public static Task<ProgramResult> RunAsync(params string[] arguments) => Runtime.RunAsync([Command[1], .. arguments]);

    /// <summary>Starts servers, and waits until they say that they are up.</summary>
    public static Task<RopewalkProgram> StartAsync(params string[] arguments) => StartAsync(null, arguments);

    /// <summary>Starts it with variables of the environment, where secrets are given.</summary>
    public static async Task<RopewalkProgram> StartAsync(IReadOnlyDictionary<string, string>? environment, string[] arguments)
    {
        RopewalkProgram program = Follow(Runtime.Start([Command[1], .. arguments], environment));
        await program.WaitUntilUpAsync();
        return program;
    }

    /// <summary>Follows one that something else started.</summary>
    public static RopewalkProgram Follow(RunningProgram running) => new(running);

    /// <summary>Reads what it prints at its start.</summary>
    public async Task WaitUntilUpAsync()
    {
        using var late = new CancellationTokenSource(Patience);
        while (await _running.Output.ReadLineAsync(late.Token) is { } line)
        {
            Page += line + "\n";
            if (line == "Ctrl-C stops.")
            {
                return;
            }
        }

        await _errors.Ended;
        Assert.Fail($"it ended:\n{Page}{Errors}");
    }

    /// <summary>Finds the port that the system chose for the n-th endpoint with a port.</summary>
    public int Port(int index = 0) => int.Parse(Regex.Matches(Page, @"(?:127\.0\.0\.1|localhost):(\d+)")[index].Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>Waits for a text on standard error.</summary>
    public Task WaitForErrorAsync(string text, TimeSpan? patience = null) => _errors.WaitForAsync(text, patience ?? Patience);

    /// <summary>Sends it a signal.</summary>
    public void Send(int signal) => Send(_running.Id, signal);

    /// <summary>Sends a process of the test's own a signal.</summary>
    public static void Send(int process, int signal) => Assert.Equal(0, Kill(process, signal));

    /// <summary>Waits for its end.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _errors.Ended.WaitAsync(Patience);
        return await _running.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Stops it in good order.</summary>
    public Task<int> StopAsync(int signal = Signals.Terminate)
    {
        Send(signal);
        return WaitForExitAsync();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _running.DisposeAsync();

    private static ExternalProgram Runtime => ExternalProgram.Find(Command[0], isPeer: false);

    private static string FindAssembly()
    {
        // …/test/Ropewalk.Interop.Tests/bin/CONFIGURATION/FRAMEWORK/
        string[] folders = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar);
        string root = string.Join(Path.DirectorySeparatorChar, folders[..^5]);
        return Path.Combine(root, "src", "Ropewalk.Cli", "bin", folders[^2], folders[^1], "Ropewalk.Cli.dll");
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);

    /// <summary>Names signals as Linux numbers them.</summary>
    public static class Signals
    {
        public const int HangUp = 1;
        public const int Interrupt = 2;
        public const int Terminate = 15;
    }
}
