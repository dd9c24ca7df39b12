namespace Ropewalk.Cli.Configuration;

/// <summary>Reads a configuration file, no more of it than is allowed.</summary>
internal static class ConfigurationFile
{
    /// <summary>Reads a file into a tree.</summary>
    /// <returns>The tree, or null with a problem.</returns>
    public static MappingNode? Read(string path, string workingFolder, ConfigurationProblems problems)
    {
        string full = Path.GetFullPath(path, workingFolder);
        var source = new ConfigurationSource(ConfigurationSourceKind.File, path, Path.GetDirectoryName(full)!);
        byte[] bytes;
        try
        {
            using var stream = new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            bytes = new byte[YamlTreeReader.MostBytes + 1];
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            bytes = bytes[..length];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            problems.Add(new Origin(source), Directory.Exists(full) ? "this is a folder; a configuration is one file" : Reason(e));
            return null;
        }

        return YamlTreeReader.Read(bytes, source, problems);
    }

    private static string Reason(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException => "no permission to read the file",
        _ => "cannot be read: " + e.Message,
    };
}
