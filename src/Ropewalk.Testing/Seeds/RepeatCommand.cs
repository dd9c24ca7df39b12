using System.Globalization;

namespace Ropewalk.Testing.Seeds;

/// <summary>Puts into words the command line that repeats a run: of the program that this process is, with the seed, and with the test if it is one.</summary>
/// <remarks>
/// A path is told as it was typed, for the folder that it was typed in: by the time of a failure a test framework may have gone to another one.
/// </remarks>
internal sealed class RepeatCommand
{
    /// <summary>Gets the full path of the process's program.</summary>
    public required string Program { get; init; }

    /// <summary>Gets the full path of its main assembly.</summary>
    public required string MainAssembly { get; init; }

    /// <summary>Gets the command line as it was typed, the program's name first.</summary>
    public required IReadOnlyList<string> Typed { get; init; }

    /// <summary>Gets the names of the assemblies that are loaded.</summary>
    public required IReadOnlyCollection<string?> Assemblies { get; init; }

    private bool IsRunByDotnet => Path.GetFileNameWithoutExtension(Program) == "dotnet";

    /// <summary>Looks at this process.</summary>
    public static RepeatCommand OfProcess()
    {
        string[] arguments = Environment.GetCommandLineArgs();
        string main = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(arguments[0]));
        string program = Environment.ProcessPath ?? "dotnet";
        return new RepeatCommand
        {
            Program = program,
            MainAssembly = main,
            Typed = ReadTyped() ?? [program, .. arguments[1..]],
            Assemblies = [.. AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetName().Name)],
        };
    }

    /// <summary>Tells how to run it with a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="method">The method that ran the simulation; where it is no name of a method, everything is run.</param>
    public string Again(int seed, string? method)
    {
        bool isNamed = method is { Length: > 0 } && method.All(c => char.IsLetterOrDigit(c) || c == '_');
        string line = Path.GetFileNameWithoutExtension(MainAssembly) is "testhost" or "testhost.x86"
            ? isNamed ? $"dotnet test --filter \"{method}\"" : "dotnet test"
            : Filter() is { } filter ? isNamed ? $"{Start()} {filter.Replace("NAME", method, StringComparison.Ordinal)}" : Start()
            : string.Join(' ', Typed.Skip(IsRunByDotnet ? 2 : 1).Select(Quoted).Prepend(Start()));
        return Tell(seed, line);
    }

    /// <summary>Tells how to run a command with a seed.</summary>
    public static string Again(int seed, IEnumerable<string> command) => Tell(seed, string.Join(' ', command.Select(Quoted)));

    private static string Tell(int seed, string line) => OperatingSystem.IsWindows()
        ? string.Create(CultureInfo.InvariantCulture, $"The same again: $env:{SeedEnvironment.Seed}={seed}; {line}")
        : string.Create(CultureInfo.InvariantCulture, $"The same again: {SeedEnvironment.Seed}={seed} {line}");

    // proc(5): each argument ends with a zero byte
    private static string[]? ReadTyped() =>
        OperatingSystem.IsLinux() && File.Exists("/proc/self/cmdline") && File.ReadAllText("/proc/self/cmdline").Split('\0') is { Length: > 1 } parts ? parts[..^1] : null;

    private string? Filter()
    {
        if (Assemblies.Contains("xunit.v3.core"))
        {
            // every program of xunit loads the platform; only one that it runs loads its extensions
            return Assemblies.Any(name => name?.StartsWith("Microsoft.Testing.Extensions.", StringComparison.Ordinal) == true) ? "--filter-method \"*.NAME\"" : "-method \"*.NAME\"";
        }

        return Assemblies.Contains("Microsoft.Testing.Platform") ? "--filter \"NAME\"" : null;
    }

    /// <summary>The program's own file, or <c>dotnet</c> and its assembly.</summary>
    private string Start()
    {
        string file = IsRunByDotnet ? MainAssembly : Program;
        string? typed = Typed.FirstOrDefault(word => word.Contains(Path.DirectorySeparatorChar) && Path.GetFileName(word) == Path.GetFileName(file));
        // started by dotnet test, it was typed nowhere
        bool isTyped = typed is not null && !Typed.Any(word => word is "--server" or "--dotnet-test-pipe");
        return (IsRunByDotnet ? "dotnet " : "") + Quoted(isTyped ? typed! : file);
    }

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_./:=,@%+".Contains(c) || c == Path.DirectorySeparatorChar) ? word
        : OperatingSystem.IsWindows() ? $"\"{word}\""
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
