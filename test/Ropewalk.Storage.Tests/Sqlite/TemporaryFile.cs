namespace Ropewalk.Storage.Tests.Sqlite;

/// <summary>A folder of its own for one test's file.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ropewalk-records-");

    public string FullPath => Path.Combine(_folder.FullName, "records.db");

    public string Beside(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
