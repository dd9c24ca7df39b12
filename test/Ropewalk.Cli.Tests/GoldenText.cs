namespace Ropewalk.Cli.Tests;

/// <summary>Compares text with a file of the source tree. With <c>UPDATE_GOLDEN=1</c> the file is written instead, to be looked at in the diff.</summary>
internal static class GoldenText
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder of the golden files.</summary>
    public static string Folder { get; } = Path.Combine(Root, "test", "Ropewalk.Cli.Tests", "Golden");

    /// <summary>Compares.</summary>
    public static void Check(string name, string actual)
    {
        string path = Path.Combine(Folder, name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.True(File.Exists(path), $"{path} is missing; UPDATE_GOLDEN=1 writes it");
        Assert.Equal(File.ReadAllText(path), actual, ignoreLineEndingDifferences: true);
    }

    private static string FindRoot()
    {
        for (string? at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "Ropewalk.slnx")))
            {
                return at;
            }
        }

        throw new InvalidOperationException("The tests run inside the source tree.");
    }
}
