namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Runs a script of the folder Scripts with dnspython.</summary>
internal sealed class PythonScript
{
    // A Python of one's own would not see Debian's library.
    private const string Python = "/usr/bin/python3";

    private readonly ExternalProgram _python;
    private readonly string _path;

    private PythonScript(ExternalProgram python, string path)
    {
        _python = python;
        _path = path;
    }

    /// <summary>Finds a script, and skips the test if there is no dnspython.</summary>
    public static async Task<PythonScript> FindAsync(string name)
    {
        var python = ExternalProgram.Find(Python, "python3-dnspython");
        ProgramResult library = await python.RunAsync(["-c", "import dns.version; print(dns.version.version)"]);
        if (library.ExitCode != 0)
        {
            ExternalProgram.Missing("dnspython is not installed: apt-get install python3-dnspython");
        }

        return new PythonScript(python, Path.Combine(AppContext.BaseDirectory, "Dns", "Scripts", name));
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> RunAsync(params string[] arguments) => (await _python.RunAsync([_path, .. arguments], timeout: TimeSpan.FromSeconds(120))).Expect().Output;

    /// <summary>Starts it.</summary>
    public RunningProgram Start(params string[] arguments) => _python.Start([_path, .. arguments]);
}
