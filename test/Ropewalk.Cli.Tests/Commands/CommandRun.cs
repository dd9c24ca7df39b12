using Ropewalk.Cli.Commands;
using Ropewalk.Cli.Terminal;

namespace Ropewalk.Cli.Tests.Commands;

/// <summary>Runs a command line in this process, with a folder, an environment and signals of its own.</summary>
internal sealed class CommandRun : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

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
