using Ropewalk.Storage;

namespace Ropewalk.Tests.Storage;

public sealed class MemoryFileStoreTests : FileStoreConformance
{
    private readonly MemoryFileStore _store = new();

    protected override IFileStore Store => _store;

    [Fact]
    public async Task AFullDiskTakesNothingAndLosesNothing()
    {
        await Put(File, "12345");
        _store.CapacityBytes = 8;
        await using IFileStoreFile file = await Store.OpenAsync(File, FileStoreMode.Append);
        FileStoreException e = await Fails(FileStoreFailure.Full, async () => await file.AppendAsync("6789"u8.ToArray()));
        Assert.Contains("no space is left on the disk", e.Message);
        await file.AppendAsync("678"u8.ToArray());
        await Fails(FileStoreFailure.Full, async () => await Store.ReplaceAsync(Other, "1"u8.ToArray()));
        Assert.Equal("12345678", await Text(File));
        Assert.Equal(8, _store.UsedBytes);
    }

    [Fact]
    public async Task AReadOnlyStoreIsRead()
    {
        await Put(File, "x");
        _store.IsReadOnly = true;
        await Fails(FileStoreFailure.AccessDenied, async () => await Store.OpenAsync(File, FileStoreMode.Append));
        await Fails(FileStoreFailure.AccessDenied, async () => await Store.ReplaceAsync(File, "y"u8.ToArray()));
        await Fails(FileStoreFailure.AccessDenied, async () => await Store.DeleteAsync(File));
        await Fails(FileStoreFailure.AccessDenied, async () => await Store.RenameAsync(File, Other));
        Assert.Equal("x", await Text(File));
    }

    [Fact]
    public async Task APowerCutLeavesWhatWasFlushed()
    {
        IFileStoreFile log = await Store.OpenAsync(File, FileStoreMode.Append);
        await log.AppendAsync("kept"u8.ToArray());
        await log.FlushAsync();
        await log.AppendAsync(" lost"u8.ToArray());
        IFileStoreFile never = await Store.OpenAsync(Other, FileStoreMode.Append);
        await never.AppendAsync("never flushed"u8.ToArray());
        _store.CutPower();

        Assert.Equal("kept", await Text(File));
        Assert.Null(await Text(Other));
        await Fails(FileStoreFailure.Other, async () => await log.AppendAsync("?"u8.ToArray()));
        await using IFileStoreFile again = await Store.OpenAsync(File, FileStoreMode.Append);
        await log.DisposeAsync();
        await Fails(FileStoreFailure.InUse, async () => await Store.OpenAsync(File, FileStoreMode.Append));
    }

    [Fact]
    public async Task APowerCutAfterEmptyingLeavesTheOldUntilTheNewIsFlushed()
    {
        await Put(File, "old");
        IFileStoreFile file = await Store.OpenAsync(File, FileStoreMode.Create);
        await file.AppendAsync("newer"u8.ToArray());
        _store.CutPower();
        Assert.Equal("old", await Text(File));
        file = await Store.OpenAsync(File, FileStoreMode.Create);
        await file.AppendAsync("newer"u8.ToArray());
        await file.FlushAsync();
        _store.CutPower();
        Assert.Equal("newer", await Text(File));
    }

    [Fact]
    public async Task ARenameWithoutAFlushCanLoseTheBytesButReplacingCannot()
    {
        await Put(Other, "old");
        IFileStoreFile file = await Store.OpenAsync(File, FileStoreMode.Create);
        await file.AppendAsync("new"u8.ToArray());
        await Store.RenameAsync(File, Other);
        _store.CutPower();
        Assert.Equal("", await Text(Other));

        await Store.ReplaceAsync(Other, "whole"u8.ToArray());
        _store.CutPower();
        Assert.Equal("whole", await Text(Other));
    }
}
