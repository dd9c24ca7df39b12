using Microsoft.Data.Sqlite;

namespace Ropewalk.Storage.Sqlite;

/// <summary>Translates SQLite's errors into those of a record store, and says what is lost.</summary>
internal static class SqliteFailure
{
    // The primary result codes of SQLite (sqlite3.h), which its documentation promises never to change.
    private const int Busy = 5, Locked = 6, ReadOnly = 8, IoError = 10, Corrupt = 11, Full = 13, CannotOpen = 14, NotADatabase = 26;

    /// <summary>Makes the store's exception of SQLite's.</summary>
    /// <param name="operation">What was tried: <c>open</c>, <c>read</c>, <c>change</c>.</param>
    /// <param name="path">The file.</param>
    /// <param name="e">The error.</param>
    public static RecordStoreException Translate(string operation, string path, SqliteException e)
    {
        (RecordStoreFailure failure, string reason) = Classify(e);
        return new RecordStoreException(failure, operation, $"{reason}{Loss(operation, e)} ('{path}', SQLite {e.SqliteExtendedErrorCode})", e);
    }

    private static (RecordStoreFailure Failure, string Reason) Classify(SqliteException e) => e.SqliteErrorCode switch
    {
        Busy or Locked => (RecordStoreFailure.Busy, "another process holds the file"),
        Full => (RecordStoreFailure.Full, "no space is left, on the disk or within the bound that was set"),
        ReadOnly => (RecordStoreFailure.ReadOnly, "the file, or its folder, may not be written to"),
        Corrupt => (RecordStoreFailure.Corrupt, "the file is damaged; stop, keep a copy, and restore a backup or what `sqlite3 .recover` finds"),
        NotADatabase => (RecordStoreFailure.Corrupt, "the file is no SQLite database; nothing in it was changed"),
        CannotOpen => (RecordStoreFailure.Other, "the file cannot be opened or made"),
        IoError => (RecordStoreFailure.Other, "the disk reports an error"),
        _ => (RecordStoreFailure.Other, e.Message.TrimEnd('.')),
    };

    private static string Loss(string operation, SqliteException e) => (operation, e.SqliteErrorCode) switch
    {
        ("change", IoError) => "; whether this change was stored is not known until it is read again, what was acknowledged before is safe",
        ("change", _) => "; nothing of this change was stored, what was acknowledged before is safe",
        _ => "",
    };
}
