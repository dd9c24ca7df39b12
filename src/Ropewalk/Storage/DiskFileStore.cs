using Ropewalk.Blocking;

namespace Ropewalk.Storage;

/// <summary>
/// Keeps files in a folder of the disk. Every call runs on a thread that may block; appends are written through on
/// <see cref="IFileStoreFile.FlushAsync"/>, names by flushing their folder.
/// </summary>
/// <remarks>One process owns the folder. Links inside it are followed: who may write there decides where they lead.</remarks>
public sealed class DiskFileStore : IFileStore
{
    private const int FolderRaces = 8;

    private readonly string _top;
    private readonly DiskFileStoreOptions _options;
    private readonly AppenderRegister _appenders = new();

    /// <summary>Opens a store. Its folder is made with the first file.</summary>
    /// <param name="folder">The folder; a relative one is resolved here, once.</param>
    /// <param name="options">How files are made.</param>
    public DiskFileStore(string folder, DiskFileStoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _top = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        _options = options ?? new DiskFileStoreOptions();
    }

    /// <summary>Gets the full path of the store's folder.</summary>
    public string Folder => _top;

    /// <inheritdoc/>
    public async ValueTask<IFileStoreFile> OpenAsync(FileStorePath path, FileStoreMode mode, CancellationToken cancellationToken = default)
    {
        ThrowIfRoot(path, "open");
        return await BlockingWork.RunAsync(() => Open(path, mode), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask RenameAsync(FileStorePath from, FileStorePath to, CancellationToken cancellationToken = default)
    {
        ThrowIfRoot(from, "rename");
        ThrowIfRoot(to, "rename to");
        await BlockingWork.RunAsync(() => Rename(from, to), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> DeleteAsync(FileStorePath path, CancellationToken cancellationToken = default)
    {
        ThrowIfRoot(path, "delete");
        return await BlockingWork.RunAsync(() => Delete(path), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<FileStoreEntry>> ListAsync(FileStorePath folder, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return await BlockingWork.RunAsync(() => List(folder), cancellationToken);
    }

    /// <summary>Lets go of the right to append that <see cref="OpenAsync"/> gave.</summary>
    internal void Release(AppenderRegister.Entry appender) => _appenders.Release(appender);

    private static void ThrowIfRoot(FileStorePath path, string operation)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.IsRoot)
        {
            throw new FileStoreException(path, operation, FileStoreFailure.WrongKind, "it is the store's top folder");
        }
    }

    private DiskFile Open(FileStorePath path, FileStoreMode mode)
    {
        string full = FullPath(path);
        bool write = mode != FileStoreMode.Read;
        AppenderRegister.Entry? appender = write ? _appenders.Take(path, full) : null;
        try
        {
            return Guard(path, full, "open", () =>
            {
                FileMode how = mode switch
                {
                    FileStoreMode.Read => FileMode.Open,
                    FileStoreMode.Append => FileMode.OpenOrCreate,
                    _ => FileMode.Create,
                };
                FileStream stream = write
                    ? InFolder(full, () => DiskFiles.Open(full, how, write, _options.FileMode))
                    : DiskFiles.Open(full, how, write, _options.FileMode);
                // One that is there may be of a process that ended before it had flushed the folder: its name is no surer than a new one's.
                return new DiskFile(this, path, full, stream, appender, nameIsUnsure: write);
            });
        }
        catch when (appender is not null)
        {
            _appenders.Release(appender);
            throw;
        }
    }

    private void Rename(FileStorePath from, FileStorePath to)
    {
        string source = FullPath(from);
        string target = FullPath(to);
        string sourceFolder = Path.GetDirectoryName(source)!;
        string targetFolder = Path.GetDirectoryName(target)!;
        if (!File.Exists(source))
        {
            throw Directory.Exists(source)
                ? new FileStoreException(from, "rename", FileStoreFailure.WrongKind, "it is a folder")
                : new FileStoreException(from, "rename", FileStoreFailure.NotFound, "there is no such file");
        }

        Guard(to, target, "rename to", () =>
        {
            InFolder(target, () =>
            {
                File.Move(source, target, overwrite: true);
                _appenders.Rename(source, target);
                return true;
            });

            // The new name first: a power cut between the two leaves both names, never none.
            DiskFiles.FlushFolder(targetFolder);
            if (sourceFolder != targetFolder)
            {
                DiskFiles.FlushFolder(sourceFolder);
                DiskFiles.RemoveEmptyFolders(sourceFolder, _top);
            }

            return true;
        });
    }

    private bool Delete(FileStorePath path)
    {
        string full = FullPath(path);
        return Guard(path, full, "delete", () =>
        {
            if (!File.Exists(full))
            {
                return Directory.Exists(full) ? throw new FileStoreException(path, "delete", FileStoreFailure.WrongKind, "it is a folder") : false;
            }

            string folder = Path.GetDirectoryName(full)!;
            File.Delete(full);
            _appenders.Delete(full);
            DiskFiles.FlushFolder(folder);
            DiskFiles.RemoveEmptyFolders(folder, _top);
            return true;
        });
    }

    private IReadOnlyList<FileStoreEntry> List(FileStorePath folder)
    {
        string full = FullPath(folder);
        return Guard(folder, full, "list", () =>
        {
            var entries = new List<FileStoreEntry>();
            if (!Directory.Exists(full))
            {
                return File.Exists(full)
                    ? throw new FileStoreException(folder, "list", FileStoreFailure.WrongKind, "it is a file")
                    : entries;
            }

            foreach (FileSystemInfo entry in new DirectoryInfo(full).EnumerateFileSystemInfos())
            {
                if (folder.TryChild(entry.Name) is { } path)
                {
                    entries.Add(new FileStoreEntry(path, entry is DirectoryInfo, (entry as FileInfo)?.Length ?? 0));
                }
            }

            entries.Sort((left, right) => left.Path.CompareTo(right.Path));
            return entries;
        });
    }

    /// <summary>Does what needs the file's folder, and makes the folder as often as another call takes it away as empty.</summary>
    private T InFolder<T>(string full, Func<T> work)
    {
        string folder = Path.GetDirectoryName(full)!;
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                DiskFiles.CreateFolder(folder, _top, _options.FolderMode);
                return work();
            }
            catch (DirectoryNotFoundException) when (attempt < FolderRaces)
            {
            }
        }
    }

    private string FullPath(FileStorePath path) => path.IsRoot ? _top : Path.Combine(_top, path.ToString().Replace('/', Path.DirectorySeparatorChar));

    private static T Guard<T>(FileStorePath path, string full, string operation, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (DiskFailure.Is(e))
        {
            throw DiskFailure.Translate(path, full, operation, e);
        }
    }
}
