using System.Globalization;
using System.Text.RegularExpressions;
using Ropewalk.Cli.Commands;
using Ropewalk.Cli.Terminal;

namespace Ropewalk.Cli.Tests.Commands;

/// <summary>Runs a command line in this process, with a folder, an environment and signals of its own.</summary>
internal sealed class CommandRun : IDisposable
{
    private readonly HeardWriter _output = new();
    private readonly HeardWriter _error = new();
    private Task<int>? _running;

    /// <summary>The folder that the command works in; it is deleted at the end.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("ropewalk-cli-").FullName;

    /// <summary>The environment.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>The signals.</summary>
    public TestSignals Signals { get; } = new();

    /// <summary>Whether both streams pretend to be terminals.</summary>
    public bool Colour { get; init; }

    /// <summary>What went to standard output.</summary>
    public string Output => _output.ToString();

    /// <summary>What went to standard error.</summary>
    public string Error => _error.ToString();

    /// <summary>Writes a file into the folder.</summary>
    public void Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Starts a command line that runs servers, and waits until they run.</summary>
    public async Task StartAsync(params string[] args)
    {
        _running = RunAsync(args);
        Task up = _output.WaitForAsync("Ctrl-C stops.");
        await Task.WhenAny(_running, up);
        Assert.False(_running.IsCompleted, $"it ended:\n{Error}");
        await up;
    }

    /// <summary>Waits for a text on standard error, after what is there already if <paramref name="from"/> says so.</summary>
    public Task WaitForErrorAsync(string wanted, int from = 0) => _error.WaitForAsync(wanted, from);

    /// <summary>Finds the port that the system chose for a service, in what was printed.</summary>
    public int PortOf(string service) => int.Parse(Regex.Match(Output, $@"^  {service} +\S*?127\.0\.0\.1:(\d+)", RegexOptions.Multiline).Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>Presses Ctrl-C and waits for the end.</summary>
    public Task<int> StopAsync()
    {
        Signals.Interrupt();
        return WaitForExitAsync();
    }

    /// <summary>Waits for the end.</summary>
    public Task<int> WaitForExitAsync() => _running!.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Runs to the end.</summary>
    public Task<int> RunAsync(params string[] args)
    {
        return RopewalkCommand.RunAsync(args, new CommandSurroundings
        {
            Console = new CommandConsole(_output, _error, Colour, Colour),
            Environment = Environment,
            WorkingFolder = Folder,
            Signals = Signals,
        });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Signals.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
