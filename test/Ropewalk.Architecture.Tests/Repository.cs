using System.Collections.Immutable;

namespace Ropewalk.Architecture.Tests;

/// <summary>Reads the repository that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["bin", "obj", "artifacts", ".git", ".vs", ".idea", "node_modules", "TestResults", "__pycache__", "BenchmarkDotNet.Artifacts"];

    private static readonly string[] Binary = [".png", ".ico", ".jpg", ".gif", ".woff2", ".pfx", ".gz", ".br", ".zip", ".bin", ".dll", ".exe", ".so"];

    /// <summary>Gets the folder that holds Ropewalk.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Gets every text file, C# included.</summary>
    public static ImmutableArray<RepositoryFile> Files { get; } = [.. Read(Root, "").OrderBy(file => file.Path, StringComparer.Ordinal)];

    /// <summary>Gets every C# file.</summary>
    public static ImmutableArray<SourceFile> Sources { get; } = [.. Files.OfType<SourceFile>()];

    /// <summary>Gets the C# files below a folder: <c>src</c>, <c>test</c>.</summary>
    public static IEnumerable<SourceFile> SourcesIn(params string[] folders) =>
        Sources.Where(file => folders.Any(folder => file.Path.StartsWith(folder + "/", StringComparison.Ordinal)));

    /// <summary>Says whether a path from the root is a file or a folder.</summary>
    public static bool Exists(string path) => File.Exists(System.IO.Path.Combine(Root, path)) || Directory.Exists(System.IO.Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Ropewalk.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No Ropewalk.slnx above {AppContext.BaseDirectory}: run these tests from a build inside the repository.");
    }

    private static IEnumerable<RepositoryFile> Read(string folder, string prefix)
    {
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            string name = System.IO.Path.GetFileName(path);
            // a file named .git is a work tree's pointer to its repository
            if (name == ".git" || Binary.Contains(System.IO.Path.GetExtension(name), StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            string text = File.ReadAllText(path);
            yield return name.EndsWith(".cs", StringComparison.Ordinal) ? new SourceFile(prefix + name, text) : new RepositoryFile(prefix + name, text);
        }

        foreach (string path in Directory.EnumerateDirectories(folder))
        {
            string name = System.IO.Path.GetFileName(path);
            if (!NotOurs.Contains(name))
            {
                foreach (RepositoryFile file in Read(path, prefix + name + "/"))
                {
                    yield return file;
                }
            }
        }
    }
}
