using Ropewalk.Storage;

namespace Ropewalk.Tests.Storage;

public sealed class MemoryRecordStoreTests : RecordStoreConformance
{
    private readonly MemoryRecordStore _store = new();

    protected override IRecordStore Store => _store;

    [Fact]
    public void EverythingCompletesAtOnce()
    {
        Assert.True(_store.ApplyAsync([Put(Anna, "1")]).IsCompletedSuccessfully);
        Assert.True(_store.GetAsync(Anna).IsCompletedSuccessfully);
        Assert.True(_store.ListAsync("people").IsCompletedSuccessfully);
    }

    [Fact]
    public async Task WhatFailsChangesNothing()
    {
        await Store.ApplyAsync(Put(Anna, "1"));
        _store.ChangeFailure = RecordStoreFailure.Full;
        RecordStoreException e = await Assert.ThrowsAsync<RecordStoreException>(async () => await Store.ApplyAsync(Put(Anna, "2")));
        Assert.Equal(RecordStoreFailure.Full, e.Failure);
        Assert.Equal("1", Text((await Store.GetAsync(Anna))!));
        _store.ReadFailure = RecordStoreFailure.Corrupt;
        await Assert.ThrowsAsync<RecordStoreException>(async () => await Store.GetAsync(Anna));
        await Assert.ThrowsAsync<RecordStoreException>(async () => await Store.ListAsync("people"));
        (_store.ReadFailure, _store.ChangeFailure) = (null, null);
        Assert.Equal("1", Text((await Store.GetAsync(Anna))!));
    }

    [Fact]
    public async Task WhatThePutterChangesAfterwardsIsNotStored()
    {
        byte[] content = "1"u8.ToArray();
        await Store.ApplyAsync(RecordChange.Put(Anna, content));
        content[0] = (byte)'2';
        Assert.Equal("1", Text((await Store.GetAsync(Anna))!));
    }

    [Theory]
    [InlineData("", "a")]
    [InlineData("C", "a")]
    [InlineData("c_", "a")]
    [InlineData("c", "")]
    [InlineData("c", "a\nb")]
    [InlineData("c", "a\0")]
    [InlineData("c", "\x7f")]
    public void OnlyWellFormedKeysExist(string collection, string key)
    {
        Assert.Throws<FormatException>(() => RecordKey.Of(collection, key));
        Assert.False(RecordKey.TryOf(collection, key, out _));
        Assert.False(RecordKey.TryOf("c", new string('é', 257), out _));
        Assert.False(RecordKey.TryOf("c", "a\ud800", out _));
        Assert.True(RecordKey.TryOf(new string('c', 64), new string('é', 256), out _));
    }
}
