using Microsoft.Data.Sqlite;

namespace Ropewalk.Storage.Sqlite;

/// <summary>The prepared statements of the writer's connection.</summary>
internal sealed class RecordCommands : IDisposable
{
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _readVersion;
    private readonly SqliteCommand _writeVersion;
    private readonly SqliteCommand _find;
    private readonly SqliteCommand _put;
    private readonly SqliteCommand _delete;

    public RecordCommands(SqliteConnection connection)
    {
        _begin = Make(connection, "BEGIN IMMEDIATE");
        _commit = Make(connection, "COMMIT");
        _readVersion = Make(connection, "SELECT value FROM store WHERE name = 'version'");
        _writeVersion = Make(connection, "UPDATE store SET value = $version WHERE name = 'version'", "$version");
        _find = Make(connection, "SELECT version FROM records WHERE collection = $collection AND key = $key", "$collection", "$key");
        _put = Make(
            connection,
            "INSERT INTO records VALUES ($collection, $key, $version, $content) ON CONFLICT DO UPDATE SET version = excluded.version, content = excluded.content",
            "$collection",
            "$key",
            "$version",
            "$content");
        _delete = Make(connection, "DELETE FROM records WHERE collection = $collection AND key = $key", "$collection", "$key");
    }

    /// <summary>Begins a transaction that writes: from here on no other process does.</summary>
    public void Begin() => _begin.ExecuteNonQuery();

    /// <summary>Makes the transaction durable.</summary>
    public void Commit() => _commit.ExecuteNonQuery();

    /// <summary>Reads the number of the last change.</summary>
    public long ReadVersion() => (long)_readVersion.ExecuteScalar()!;

    /// <summary>Reads a record's version; null if there is no such record.</summary>
    public long? ReadVersion(RecordKey key)
    {
        Name(_find, key);
        return (long?)_find.ExecuteScalar();
    }

    /// <summary>Writes the number of the last change.</summary>
    public void WriteVersion(long version)
    {
        _writeVersion.Parameters[0].Value = version;
        _writeVersion.ExecuteNonQuery();
    }

    /// <summary>Makes a change.</summary>
    public void Write(RecordChange change, long version)
    {
        SqliteCommand command = change.Content is null ? _delete : _put;
        Name(command, change.Key);
        if (change.Content is { } content)
        {
            command.Parameters[2].Value = version;
            command.Parameters[3].Value = content.ToArray();
        }

        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SqliteCommand command in (SqliteCommand[])[_begin, _commit, _readVersion, _writeVersion, _find, _put, _delete])
        {
            command.Dispose();
        }
    }

    private static void Name(SqliteCommand command, RecordKey key)
    {
        command.Parameters[0].Value = key.Collection;
        command.Parameters[1].Value = key.Key;
    }

    private static SqliteCommand Make(SqliteConnection connection, string sql, params string[] parameters)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (string name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        }

        return command;
    }
}
