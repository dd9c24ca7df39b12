using System.Globalization;

namespace Ropewalk.Testing.Seeds;

/// <summary>Puts into words the command line that repeats a run: of the program that this process is, with the seed, and with the test if it is one.</summary>
internal sealed class RepeatCommand
{
    /// <summary>Gets the process's program.</summary>
    public required string? Program { get; init; }

    /// <summary>Gets its arguments, the first of which is its main assembly's file.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Gets the folder that it runs in.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>Gets whether an assembly of this name is loaded.</summary>
    public required Func<string, bool> HasAssembly { get; init; }

    /// <summary>Looks at this process.</summary>
    public static RepeatCommand OfProcess() => new()
    {
        Program = Environment.ProcessPath,
        Arguments = Environment.GetCommandLineArgs(),
        WorkingFolder = Environment.CurrentDirectory,
        HasAssembly = name => AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == name),
    };

    /// <summary>Makes the line.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="method">The method that ran the simulation; where it is no name of a method, everything is run.</param>
    public string Line(int seed, string? method)
    {
        string main = Arguments.Count > 0 ? Arguments[0] : "";
        bool isNamed = method is { Length: > 0 } && method.All(c => char.IsLetterOrDigit(c) || c == '_');
        string line = Path.GetFileNameWithoutExtension(main) is "testhost" or "testhost.x86"
            ? isNamed ? $"dotnet test --filter \"{method}\"" : "dotnet test"
            : Filter() is { } filter ? isNamed ? $"{Start(main)} {filter.Replace("NAME", method, StringComparison.Ordinal)}" : Start(main)
            : string.Join(' ', Arguments.Skip(1).Select(Quoted).Prepend(Start(main)));
        return OperatingSystem.IsWindows()
            ? string.Create(CultureInfo.InvariantCulture, $"$env:{SeedEnvironment.Seed}={seed}; {line}")
            : string.Create(CultureInfo.InvariantCulture, $"{SeedEnvironment.Seed}={seed} {line}");
    }

    private string? Filter()
    {
        bool isXunit = HasAssembly("xunit.v3.core");
        return HasAssembly("Microsoft.Testing.Platform") ? isXunit ? "--filter-method \"*.NAME\"" : "--filter \"NAME\""
            : isXunit ? "-method \"*.NAME\""
            : null;
    }

    /// <summary>The program's own file, or <c>dotnet</c> and its assembly.</summary>
    private string Start(string main) => Program is null || Path.GetFileNameWithoutExtension(Program) == "dotnet" ? $"dotnet {Near(main)}" : Near(Program);

    private string Near(string path)
    {
        // started by dotnet test, it runs in a folder that nobody has seen
        bool isElsewhere = Arguments.Any(argument => argument is "--server" or "--dotnet-test-pipe");
        string whole = Path.GetFullPath(path, WorkingFolder);
        string near = isElsewhere ? whole : Path.GetRelativePath(WorkingFolder, whole);
        return Quoted(near.Contains(Path.DirectorySeparatorChar) ? near : Path.Combine(".", near));
    }

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_./:=,@%+".Contains(c) || c == Path.DirectorySeparatorChar) ? word
        : OperatingSystem.IsWindows() ? $"\"{word}\""
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
