using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Ropewalk.Storage.Sqlite;

/// <summary>Opens connections to the file, and makes or checks what must be in it.</summary>
/// <remarks>
/// <b>Shape</b>: <c>store(name, value)</c> with the rows <c>schema</c>, the number of this shape, and <c>version</c>, the number of the last
/// change; <c>records(collection, key, version, content)</c>.
/// </remarks>
internal static class SqliteSchema
{
    /// <summary>The number of the shape that is made and understood here.</summary>
    public const long Current = 1;

    private const int PageBytes = 4096;

    /// <summary>Makes the file if there is none. What it holds are credentials: nobody but its owner may read it. SQLite gives the same mode to the files beside it.</summary>
    public static void MakeFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using var file = new FileStream(path, options);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new RecordStoreException(RecordStoreFailure.Other, "open", $"there is no folder for '{path}'", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new RecordStoreException(RecordStoreFailure.ReadOnly, "open", $"the system does not permit to write to '{path}'", e);
        }
        catch (IOException e)
        {
            throw new RecordStoreException(RecordStoreFailure.Other, "open", $"'{path}': {e.Message.TrimEnd('.')}", e);
        }
    }

    /// <summary>Opens a connection.</summary>
    public static SqliteConnection Connect(string path, SqliteRecordStoreOptions options)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 1 };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();

            // SQLite's own waiting wakes sooner than the library's, which comes after it
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {(long)options.BusyTimeout.TotalMilliseconds}"));

            // FULL: each commit is flushed before it is acknowledged; fullfsync: on macOS to the platter too
            Execute(connection, "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA trusted_schema = OFF");
            if (options.MaxFileBytes > 0)
            {
                Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA max_page_count = {((options.MaxFileBytes - 1) / PageBytes) + 1}"));
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Makes the tables in an empty file; refuses a file of something else, or of a newer release.</summary>
    public static void Prepare(SqliteConnection connection, string path)
    {
        // before anything is written: a file of somebody else stays as it is
        long tables = Scalar(connection, "SELECT count(*) FROM sqlite_schema");
        bool isOurs = Scalar(connection, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('store', 'records')") == 2;
        if (tables > 0 && !isOurs)
        {
            throw new RecordStoreException(RecordStoreFailure.Corrupt, "open", $"'{path}' is a SQLite database of something else; nothing in it was changed");
        }

        if (isOurs && Scalar(connection, "SELECT coalesce((SELECT value FROM store WHERE name = 'schema'), 0)") is not Current and long found)
        {
            throw found > Current
                ? new RecordStoreException(RecordStoreFailure.NewerSchema, "open", $"'{path}' has schema {found}, written by a newer release; this one understands {Current}, and changed nothing")
                : new RecordStoreException(RecordStoreFailure.Corrupt, "open", $"'{path}' does not tell its schema; nothing in it was changed");
        }

        UseLog(connection, path);
        Execute(connection, "BEGIN IMMEDIATE");
        Execute(
            connection,
            """
            CREATE TABLE IF NOT EXISTS store (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
            CREATE TABLE IF NOT EXISTS records (collection TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, content BLOB NOT NULL,
                PRIMARY KEY (collection, key)) STRICT;
            INSERT OR IGNORE INTO store VALUES ('schema', 1), ('version', 0);
            """);
        Execute(connection, "COMMIT");

        // A process that crashed may have left commits to the system that nobody has flushed: what is read from here on must be there after a power cut too.
        Execute(connection, "PRAGMA wal_checkpoint(PASSIVE)");
    }

    /// <summary>Runs statements that give nothing.</summary>
    public static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    // With a log beside the file readers never wait for the writer, and a commit is one flush.
    private static void UseLog(SqliteConnection connection, string path)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        string? mode = command.ExecuteScalar() as string;
        if (mode != "wal")
        {
            throw new RecordStoreException(RecordStoreFailure.Other, "open", $"the file system of '{path}' does not support a write-ahead log (journal mode {mode}); keep it on a local disk");
        }
    }

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
