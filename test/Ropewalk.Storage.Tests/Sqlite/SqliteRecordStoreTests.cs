using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Ropewalk.Storage.Sqlite;
using Ropewalk.Tests.Storage;

namespace Ropewalk.Storage.Tests.Sqlite;

public sealed class SqliteRecordStoreTests : RecordStoreConformance, IAsyncLifetime
{
    private readonly TemporaryFile _file = new();
    private SqliteRecordStore _store = null!;

    protected override IRecordStore Store => _store;

    public async ValueTask InitializeAsync() => _store = await SqliteRecordStore.OpenAsync(_file.FullPath);

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _file.Dispose();
    }

    [Fact]
    public async Task WhatIsStoredIsThereAfterReopening()
    {
        long version = (await Store.ApplyAsync(Put(Anna, "1"))).Version;
        await Store.ApplyAsync(RecordChange.Delete(Bert));
        await Reopen();
        StoredRecord record = (await Store.GetAsync(Anna))!;
        Assert.Equal(("1", version), (Text(record), record.Version));
        Assert.True((await Store.ApplyAsync(Put(Anna, "2"))).Version > version + 1);
    }

    [Fact]
    public async Task CommitsAreFlushedAndTheFileIsItsOwners()
    {
        await Store.ApplyAsync(Put(Anna, "1"));
        using SqliteConnection connection = SqliteSchema.Connect(_file.FullPath, new SqliteRecordStoreOptions());
        Assert.Equal(2L, Scalar(connection, "PRAGMA synchronous")); // FULL
        Assert.Equal("wal", Scalar(connection, "PRAGMA journal_mode"));
        if (!OperatingSystem.IsWindows())
        {
            foreach (string path in Directory.GetFiles(Path.GetDirectoryName(_file.FullPath)!))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            }
        }
    }

    [Fact]
    public async Task WhatACrashedProcessLeftInTheLogIsFlushedBeforeItIsRead()
    {
        await Store.ApplyAsync(Put(Anna, "1"));
        // as a process leaves it that ends without a word
        File.Copy(_file.FullPath, _file.Beside("left.db"));
        File.Copy(_file.FullPath + "-wal", _file.Beside("left.db-wal"));
        await using SqliteRecordStore again = await SqliteRecordStore.OpenAsync(_file.Beside("left.db"));
        Assert.NotNull(await again.GetAsync(Anna));

        // SQLite flushes the log before it takes anything over from it: that the file has it says so.
        File.Copy(_file.Beside("left.db"), _file.Beside("file.db"));
        using SqliteConnection connection = SqliteSchema.Connect(_file.Beside("file.db"), new SqliteRecordStoreOptions());
        Assert.Equal(1L, Scalar(connection, "SELECT count(*) FROM records"));
    }

    [Fact]
    public async Task WhatIsClosedIsToldSo()
    {
        Task<RecordOutcome>[] writes = [.. Enumerable.Range(0, 200).Select(i => Store.ApplyAsync(Put(RecordKey.Of("c", $"{i:D3}"), "x")).AsTask())];
        await _store.DisposeAsync();
        await _store.DisposeAsync();
        Assert.All(await Task.WhenAll(writes), outcome => Assert.True(outcome.IsApplied)); // what was taken is written
        await Fails(RecordStoreFailure.Closed, async () => await Store.ApplyAsync(Put(Anna, "1")));
        await Fails(RecordStoreFailure.Closed, async () => await Store.GetAsync(Anna));
        await Reopen();
        Assert.Equal(200, (await Store.ListAsync("c", limit: 1000)).Count);
    }

    [Fact]
    public async Task TwoStoresOnOneFileLoseNothing()
    {
        await using SqliteRecordStore other = await SqliteRecordStore.OpenAsync(_file.FullPath);
        await Task.WhenAll(((IRecordStore[])[_store, other]).SelectMany(store => Enumerable.Range(0, 4).Select(_ => CountAsync(store, 25))));
        Assert.Equal("200", Text((await Store.GetAsync(Anna))!));
        Assert.Equal("200", Text((await other.GetAsync(Anna))!));
    }

    [Fact]
    public async Task AFileThatIsHeldIsBusy()
    {
        await Reopen(new SqliteRecordStoreOptions { BusyTimeout = TimeSpan.FromMilliseconds(50) });
        await Store.ApplyAsync(Put(Anna, "1"));
        using SqliteConnection holder = SqliteSchema.Connect(_file.FullPath, new SqliteRecordStoreOptions());
        SqliteSchema.Execute(holder, "BEGIN IMMEDIATE");
        RecordStoreException e = await Fails(RecordStoreFailure.Busy, async () => await Store.ApplyAsync(Put(Anna, "2")));
        Assert.Contains("another process holds the file; nothing of this change was stored", e.Message);
        Assert.Equal("1", Text((await Store.GetAsync(Anna))!)); // readers do not wait for writers
        SqliteSchema.Execute(holder, "ROLLBACK");
        Assert.True((await Store.ApplyAsync(Put(Anna, "2"))).IsApplied);
    }

    [Fact]
    public async Task AFullDiskTakesNothingAndLosesNothing()
    {
        await Reopen(new SqliteRecordStoreOptions { MaxFileBytes = 400 * 1024 });
        byte[] big = new byte[64 * 1024];
        int stored = 0;
        RecordStoreException? full = null;
        while (full is null)
        {
            // a small batch goes with each big one: it must not fail because its neighbour does
            Task<RecordOutcome> large = Store.ApplyAsync(RecordChange.Put(RecordKey.Of("big", $"{stored}"), big)).AsTask();
            Task<RecordOutcome> small = Store.ApplyAsync(Put(Anna, $"{stored}")).AsTask();
            Assert.True((await small).IsApplied);
            full = await Record.ExceptionAsync(() => large) as RecordStoreException;
            stored += full is null ? 1 : 0;
            Assert.True(stored < 100);
        }

        Assert.Equal(RecordStoreFailure.Full, full.Failure);
        Assert.Contains("nothing of this change was stored, what was acknowledged before is safe", full.Message);
        await Fails(RecordStoreFailure.Full, async () => await Store.ApplyAsync([Put(Bert, "with it"), RecordChange.Put(RecordKey.Of("big", "more"), big)]));
        Assert.Null(await Store.GetAsync(Bert));
        Assert.Equal($"{stored}", Text((await Store.GetAsync(Anna))!));
        await Reopen();
        Assert.Equal(stored, (await Store.ListAsync("big")).Count);
        Assert.True((await Store.ApplyAsync(RecordChange.Put(RecordKey.Of("big", "more"), big))).IsApplied);
    }

    [Fact]
    public async Task TheQueueIsBounded()
    {
        await Reopen(new SqliteRecordStoreOptions { MaxWaitingBatches = 4, BusyTimeout = TimeSpan.FromSeconds(20) });
        using SqliteConnection holder = SqliteSchema.Connect(_file.FullPath, new SqliteRecordStoreOptions());
        SqliteSchema.Execute(holder, "BEGIN IMMEDIATE");
        List<Task<RecordOutcome>> taken = [];
        RecordStoreException? refused = null;
        while (refused is null && taken.Count < 100)
        {
            Task<RecordOutcome> write = Store.ApplyAsync(Put(RecordKey.Of("c", $"{taken.Count}"), "x")).AsTask();
            refused = write.IsFaulted ? write.Exception!.InnerException as RecordStoreException : null;
            if (refused is null)
            {
                taken.Add(write);
            }
        }

        Assert.Equal(RecordStoreFailure.Overloaded, refused!.Failure);
        Assert.InRange(taken.Count, 4, 100);
        SqliteSchema.Execute(holder, "ROLLBACK");
        Assert.All(await Task.WhenAll(taken), outcome => Assert.True(outcome.IsApplied));
    }

    [Fact]
    public async Task WhatWaitsCanBeGivenUp()
    {
        await Reopen(new SqliteRecordStoreOptions { BusyTimeout = TimeSpan.FromSeconds(20), MaxBatchesPerCommit = 1 });
        using SqliteConnection holder = SqliteSchema.Connect(_file.FullPath, new SqliteRecordStoreOptions());
        SqliteSchema.Execute(holder, "BEGIN IMMEDIATE");
        using var cancel = new CancellationTokenSource();
        Task<RecordOutcome> first = Store.ApplyAsync(Put(Anna, "1")).AsTask();
        Task<RecordOutcome> second = Store.ApplyAsync([Put(Bert, "2")], cancel.Token).AsTask();
        await cancel.CancelAsync();
        SqliteSchema.Execute(holder, "ROLLBACK");
        Assert.True((await first).IsApplied);
        bool isApplied = await Record.ExceptionAsync(() => second) is null;
        Assert.Equal(isApplied, await Store.GetAsync(Bert) is not null);
    }

    [Fact]
    public async Task ANewerSchemaIsRefusedAndLeftAlone()
    {
        await Store.ApplyAsync(Put(Anna, "1"));
        await _store.DisposeAsync();
        Raw("UPDATE store SET value = 2 WHERE name = 'schema'");
        RecordStoreException e = await Fails(RecordStoreFailure.NewerSchema, async () => await SqliteRecordStore.OpenAsync(_file.FullPath));
        Assert.Contains("schema 2, written by a newer release; this one understands 1", e.Message);
        Raw("UPDATE store SET value = 1 WHERE name = 'schema'");
        await Reopen();
        Assert.Equal("1", Text((await Store.GetAsync(Anna))!));
    }

    [Fact]
    public async Task WhatIsNoStoreIsRefusedAndLeftAlone()
    {
        string text = _file.Beside("notes.txt");
        await File.WriteAllTextAsync(text, new string('x', 5000));
        Assert.Contains("is no SQLite database", (await Fails(RecordStoreFailure.Corrupt, async () => await SqliteRecordStore.OpenAsync(text))).Message);
        Assert.Equal(new string('x', 5000), await File.ReadAllTextAsync(text));

        string other = _file.Beside("other.db");
        using (var connection = new SqliteConnection($"Data Source={other};Pooling=False"))
        {
            connection.Open();
            SqliteSchema.Execute(connection, "CREATE TABLE mine (x)");
        }

        byte[] before = await File.ReadAllBytesAsync(other);
        Assert.Contains("of something else", (await Fails(RecordStoreFailure.Corrupt, async () => await SqliteRecordStore.OpenAsync(other))).Message);
        Assert.Equal(before, await File.ReadAllBytesAsync(other));
        await Fails(RecordStoreFailure.Other, async () => await SqliteRecordStore.OpenAsync(_file.Beside("no/folder.db")));
        await Fails(RecordStoreFailure.ReadOnly, async () => await SqliteRecordStore.OpenAsync(Path.GetDirectoryName(_file.FullPath)!));
    }

    [Fact]
    public async Task DamageIsTold()
    {
        for (int i = 0; i < 200; i++)
        {
            await Store.ApplyAsync(Put(RecordKey.Of("c", $"{i}"), new string('x', 1000)));
        }

        await _store.DisposeAsync();
        using (var file = new FileStream(_file.FullPath, FileMode.Open))
        {
            // all but the first three pages: the header, the schema and the small table
            file.Position = 3 * 4096;
            file.Write(Enumerable.Repeat((byte)0xa5, (int)(file.Length - file.Position)).ToArray());
        }

        await Reopen();
        RecordStoreException e = await Fails(RecordStoreFailure.Corrupt, async () => await Store.ListAsync("c", limit: 1000));
        Assert.Contains("the file is damaged", e.Message);
        await Fails(RecordStoreFailure.Corrupt, async () => await Store.ApplyAsync(Put(RecordKey.Of("c", "7"), "y")));
    }

    [Theory]
    [InlineData(8, RecordStoreFailure.ReadOnly)]
    [InlineData(5, RecordStoreFailure.Busy)]
    [InlineData(6, RecordStoreFailure.Busy)]
    [InlineData(13, RecordStoreFailure.Full)]
    [InlineData(11, RecordStoreFailure.Corrupt)]
    [InlineData(10, RecordStoreFailure.Other)]
    public void ErrorsSayWhatIsLost(int code, RecordStoreFailure failure)
    {
        RecordStoreException e = SqliteFailure.Translate("change", "f.db", new SqliteException("text", code, code));
        Assert.Equal(failure, e.Failure);
        Assert.Contains(code == 10 ? "is not known until it is read again" : "nothing of this change was stored", e.Message);
        Assert.Contains("f.db", e.Message);
    }

    [Fact]
    public async Task WhatIsAcknowledgedIsCommitted()
    {
        using SqliteConnection other = SqliteSchema.Connect(_file.FullPath, new SqliteRecordStoreOptions());
        for (int i = 0; i < 300; i++)
        {
            long version = (await Store.ApplyAsync(Put(Anna, $"{i}"))).Version;
            Assert.Equal(version, Scalar(other, "SELECT version FROM records WHERE key = 'anna'"));
        }
    }

    [Fact]
    public async Task AKilledProcessLosesNothingThatWasAcknowledged()
    {
        string notes = _file.Beside("notes");
        int before = 0;
        for (int kill = 0; kill < 3; kill++)
        {
            int here = await WriteBesideAsync(notes, kill, before + 100);
            await Reopen();
            Assert.Equal(here, (await KeysAsync("here", $"{kill}-")).Count);
            Dictionary<string, int> acknowledged = LoadProcess.Read(notes);
            HashSet<string> stored = await KeysAsync("load");
            foreach ((string writer, int number) in acknowledged)
            {
                int last = int.Parse(Text((await Store.GetAsync(RecordKey.Of("last", writer)))!), CultureInfo.InvariantCulture);
                Assert.InRange(last, number, number + 1); // at most the one that was on its way
                Assert.All(Enumerable.Range(1, last), i => Assert.Contains($"{writer}-{i}", stored));
            }

            before = acknowledged.Values.Sum();
        }
    }

    [Fact]
    public void AllErrorsOfTheOptionsAreTold()
    {
        var wrong = new SqliteRecordStoreOptions { MaxWaitingBatches = 0, MaxConcurrentReads = 0, BusyTimeout = TimeSpan.Zero, MaxFileBytes = -1 };
        Assert.Equal(4, Assert.Throws<OptionsValidationException>(wrong.Validate).Failures.Count());
    }

    private static async Task<RecordStoreException> Fails(RecordStoreFailure failure, Func<Task> work)
    {
        RecordStoreException e = await Assert.ThrowsAsync<RecordStoreException>(work);
        Assert.Equal(failure, e.Failure);
        return e;
    }

    private static async Task CountAsync(IRecordStore store, int times)
    {
        while (times > 0)
        {
            StoredRecord? found = await store.GetAsync(Anna);
            int number = found is null ? 0 : int.Parse(Text(found), CultureInfo.InvariantCulture);
            RecordExpectation expected = found is null ? RecordExpectation.Absent : RecordExpectation.Version(found.Version);
            times -= (await store.ApplyAsync(Put(Anna, $"{number + 1}", expected))).IsApplied ? 1 : 0;
        }
    }

    private static object Scalar(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()!;
    }

    // Starts another process, writes to the same file meanwhile, and kills it when it has noted enough.
    private async Task<int> WriteBesideAsync(string notes, int kill, int enough)
    {
        using Process process = LoadProcess.Start(_file.FullPath, notes);
        try
        {
            int here = 0;
            while (LoadProcess.Read(notes).Values.Sum() < enough)
            {
                Assert.False(process.HasExited, "the other process ended by itself");
                Assert.True((await Store.ApplyAsync(Put(RecordKey.Of("here", $"{kill}-{here++}"), "x"))).IsApplied);
            }

            return here;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private async Task<HashSet<string>> KeysAsync(string collection, string prefix = "")
    {
        var keys = new HashSet<string>();
        await foreach (StoredRecord record in Store.ReadAllAsync(collection, prefix))
        {
            keys.Add(record.Key.Key);
        }

        return keys;
    }

    private void Raw(string sql)
    {
        using SqliteConnection connection = SqliteSchema.Connect(_file.FullPath, new SqliteRecordStoreOptions());
        SqliteSchema.Execute(connection, sql);
    }

    private async Task Reopen(SqliteRecordStoreOptions? options = null)
    {
        await _store.DisposeAsync();
        _store = await SqliteRecordStore.OpenAsync(_file.FullPath, options);
    }
}
