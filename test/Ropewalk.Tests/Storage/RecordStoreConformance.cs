using System.Text;
using Ropewalk.Storage;

namespace Ropewalk.Tests.Storage;

/// <summary>What every record store must do: run on SQLite and on the twin in memory.</summary>
public abstract class RecordStoreConformance
{
    protected static readonly RecordKey Anna = RecordKey.Of("people", "anna");
    protected static readonly RecordKey Bert = RecordKey.Of("people", "bert");

    protected abstract IRecordStore Store { get; }

    [Fact]
    public async Task WhatIsPutIsRead()
    {
        Assert.Null(await Store.GetAsync(Anna));
        RecordOutcome outcome = await Store.ApplyAsync(Put(Anna, "one"));
        Assert.True(outcome.IsApplied);
        StoredRecord record = (await Store.GetAsync(Anna))!;
        Assert.Equal("one", Text(record));
        Assert.Equal(Anna, record.Key);
        Assert.Equal(outcome.Version, record.Version);

        await Store.ApplyAsync(Put(Anna, ""));
        Assert.Equal("", Text((await Store.GetAsync(Anna))!));
        await Store.ApplyAsync(RecordChange.Delete(Anna));
        Assert.Null(await Store.GetAsync(Anna));
    }

    [Fact]
    public async Task VersionsNeverComeAgain()
    {
        long first = (await Store.ApplyAsync(Put(Anna, "1"))).Version;
        long second = (await Store.ApplyAsync(Put(Anna, "2"))).Version;
        await Store.ApplyAsync(RecordChange.Delete(Anna));
        long third = (await Store.ApplyAsync(Put(Anna, "3", RecordExpectation.Absent))).Version;
        Assert.True(first >= 1 && second > first && third > second);
        RecordOutcome stale = await Store.ApplyAsync(Put(Anna, "stale", RecordExpectation.Version(second)));
        Assert.Equal(Anna, stale.Conflict);
        Assert.Equal("3", Text((await Store.GetAsync(Anna))!));
    }

    [Fact]
    public async Task ExpectationsAreChecked()
    {
        long version = (await Store.ApplyAsync(Put(Anna, "1", RecordExpectation.Absent))).Version;
        Assert.False((await Store.ApplyAsync(Put(Anna, "2", RecordExpectation.Absent))).IsApplied);
        Assert.False((await Store.ApplyAsync(Put(Bert, "2", RecordExpectation.Version(version)))).IsApplied);
        Assert.False((await Store.ApplyAsync(RecordChange.Delete(Bert, RecordExpectation.Version(version)))).IsApplied);
        Assert.True((await Store.ApplyAsync(RecordChange.Delete(Bert))).IsApplied);
        Assert.False((await Store.ApplyAsync(RecordChange.Delete(Anna, RecordExpectation.Absent))).IsApplied);
        Assert.True((await Store.ApplyAsync(RecordChange.Delete(Anna, RecordExpectation.Version(version)))).IsApplied);
    }

    [Fact]
    public async Task ABatchIsAppliedWholeOrNotAtAll()
    {
        await Store.ApplyAsync(Put(Bert, "there"));
        RecordOutcome refused = await Store.ApplyAsync([Put(Anna, "new"), Put(Bert, "new", RecordExpectation.Absent)]);
        Assert.False(refused.IsApplied);
        Assert.Equal(Bert, refused.Conflict);
        Assert.Equal(0, refused.Version);
        Assert.Null(await Store.GetAsync(Anna));
        Assert.Equal("there", Text((await Store.GetAsync(Bert))!));

        RecordOutcome applied = await Store.ApplyAsync([Put(Anna, "a", RecordExpectation.Absent), RecordChange.Delete(Bert), Put(RecordKey.Of("other", "x"), "x")]);
        Assert.True(applied.IsApplied);
        Assert.Equal(applied.Version, (await Store.GetAsync(Anna))!.Version);
        Assert.Equal(applied.Version, (await Store.GetAsync(RecordKey.Of("other", "x")))!.Version);
        Assert.Null(await Store.GetAsync(Bert));
    }

    [Fact]
    public async Task AListIsSortedByBytesAndPaged()
    {
        // in UTF-16 the last one would stand before U+FF5E
        string[] keys = ["A", "a", "a%", "a/1", "a/10", "a/2", "a_", "é", "\uff5e", "\U0001f600"];
        foreach (string key in keys.Reverse())
        {
            await Store.ApplyAsync(Put(RecordKey.Of("list", key), key));
        }

        await Store.ApplyAsync(Put(RecordKey.Of("lis", "a/3"), ""));
        await Store.ApplyAsync(Put(RecordKey.Of("list-2", "a/3"), ""));
        Assert.Equal(keys, (await Store.ListAsync("list")).Select(record => record.Key.Key));
        Assert.Equal(["a/1", "a/10", "a/2"], (await Store.ListAsync("list", "a/")).Select(Text));
        Assert.Equal(["a%"], (await Store.ListAsync("list", "a%")).Select(Text));
        Assert.Equal(["a_"], (await Store.ListAsync("list", "a_")).Select(Text));
        Assert.Equal(["a/1", "a/10"], (await Store.ListAsync("list", "a/", limit: 2)).Select(Text));
        Assert.Equal(["a/2"], (await Store.ListAsync("list", "a/", after: "a/10", limit: 2)).Select(Text));
        Assert.Equal(keys[7..], (await Store.ListAsync("list", after: "a_")).Select(Text));
        Assert.Equal(["\U0001f600"], (await Store.ListAsync("list", "\U0001f600")).Select(Text));
        Assert.Empty(await Store.ListAsync("never"));
    }

    [Fact]
    public async Task AllRecordsAreReadOverPages()
    {
        for (int i = 0; i < 250; i += 50)
        {
            await Store.ApplyAsync([.. Enumerable.Range(i, 50).Select(n => Put(RecordKey.Of("many", $"{n:D4}"), $"{n}"))]);
        }

        List<string> seen = [];
        await foreach (StoredRecord record in Store.ReadAllAsync("many", "0"))
        {
            seen.Add(Text(record));
        }

        Assert.Equal(Enumerable.Range(0, 250).Select(n => $"{n}"), seen);
    }

    [Fact]
    public async Task OfRacingChangesOneWins()
    {
        long version = (await Store.ApplyAsync(Put(Anna, "start"))).Version;
        RecordOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Store.ApplyAsync(Put(Anna, $"{i}", RecordExpectation.Version(version))).AsTask()));
        int winner = Array.FindIndex(outcomes, outcome => outcome.IsApplied);
        Assert.Single(outcomes, outcome => outcome.IsApplied);
        Assert.Equal($"{winner}", Text((await Store.GetAsync(Anna))!));
    }

    [Fact]
    public async Task WhatMayNotBeAskedIsRefused()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.ApplyAsync([]));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.ApplyAsync([Put(Anna, "1"), Put(Anna, "2")]));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.ApplyAsync([.. Enumerable.Range(0, 101).Select(i => Put(RecordKey.Of("c", $"{i}"), ""))]));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.ApplyAsync(RecordChange.Put(Anna, new byte[RecordLimits.MaxContentBytes + 1])));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.ListAsync("No Such"));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.ListAsync("c", limit: 0));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await Store.ListAsync("c", limit: RecordLimits.MaxPage + 1));
        Assert.True((await Store.ApplyAsync(RecordChange.Put(Anna, new byte[RecordLimits.MaxContentBytes]))).IsApplied);
    }

    [Fact]
    public async Task WhatIsCancelledBeforeItBeginsIsNotDone()
    {
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ApplyAsync([Put(Anna, "1")], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.GetAsync(Anna, cancelled));
        Assert.Null(await Store.GetAsync(Anna));
    }

    protected static RecordChange Put(RecordKey key, string text, RecordExpectation expected = default) => RecordChange.Put(key, Encoding.UTF8.GetBytes(text), expected);

    protected static string Text(StoredRecord record) => Encoding.UTF8.GetString(record.Content.Span);
}
