using System.Text;
using Ropewalk.Storage;

namespace Ropewalk.Tests.Storage;

/// <summary>What every file store must do: run on the disk and on its twin in memory.</summary>
public abstract class FileStoreConformance
{
    protected static readonly FileStorePath File = FileStorePath.Parse("folder/inner/file.txt");
    protected static readonly FileStorePath Other = FileStorePath.Parse("elsewhere/other.txt");

    protected abstract IFileStore Store { get; }

    [Fact]
    public async Task AppendsAndReadsBack()
    {
        await using (IFileStoreFile file = await Store.OpenAsync(File, FileStoreMode.Append))
        {
            Assert.Equal(0, file.LengthBytes);
            await file.AppendAsync("one "u8.ToArray());
            await file.AppendAsync("two"u8.ToArray());
            Assert.Equal(7, file.LengthBytes);
            byte[] buffer = new byte[3];
            Assert.Equal(3, await file.ReadAsync(4, buffer));
            Assert.Equal("two", Encoding.ASCII.GetString(buffer));
            Assert.Equal(0, await file.ReadAsync(7, buffer));
            Assert.Equal(0, await file.ReadAsync(70, buffer));
            await file.FlushAsync();
        }

        await using (IFileStoreFile file = await Store.OpenAsync(File, FileStoreMode.Append))
        {
            await file.AppendAsync("!"u8.ToArray());
        }

        Assert.Equal("one two!", await Text(File));
    }

    [Fact]
    public async Task CreateEmptiesWhatIsThere()
    {
        await Put(File, "long old content");
        await using (IFileStoreFile file = await Store.OpenAsync(File, FileStoreMode.Create))
        {
            await file.AppendAsync("new"u8.ToArray());
        }

        Assert.Equal("new", await Text(File));
    }

    [Fact]
    public async Task AReaderSeesWhatAnAppenderAdds()
    {
        await Put(File, "a");
        await using IFileStoreFile reader = await Store.OpenAsync(File, FileStoreMode.Read);
        await using IFileStoreFile appender = await Store.OpenAsync(File, FileStoreMode.Append);
        await appender.AppendAsync("b"u8.ToArray());
        Assert.Equal(2, reader.LengthBytes);
        byte[] buffer = new byte[8];
        Assert.Equal(2, await reader.ReadAsync(0, buffer));
    }

    [Fact]
    public async Task WhatWasOpenedForReadingTakesNothing()
    {
        await Put(File, "a");
        await using IFileStoreFile reader = await Store.OpenAsync(File, FileStoreMode.Read);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.AppendAsync("b"u8.ToArray()));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await reader.FlushAsync());
    }

    [Fact]
    public async Task SaysThatThereIsNoSuchFile()
    {
        FileStoreException e = await Fails(FileStoreFailure.NotFound, async () => await Store.OpenAsync(File, FileStoreMode.Read));
        Assert.Equal("Cannot open 'folder/inner/file.txt' in the file store: there is no such file.", e.Message);
        await Fails(FileStoreFailure.NotFound, async () => await Store.RenameAsync(File, Other));
        Assert.False(await Store.DeleteAsync(File));
        Assert.Null(await Store.ReadAllAsync(File));
        Assert.Empty(await Store.ListAsync(FileStorePath.Root));
    }

    [Fact]
    public async Task AllowsOneAppenderAtATime()
    {
        IFileStoreFile first = await Store.OpenAsync(File, FileStoreMode.Append);
        await Fails(FileStoreFailure.InUse, async () => await Store.OpenAsync(File, FileStoreMode.Append));
        await Fails(FileStoreFailure.InUse, async () => await Store.OpenAsync(File, FileStoreMode.Create));
        await first.DisposeAsync();
        await first.DisposeAsync();
        await using IFileStoreFile second = await Store.OpenAsync(File, FileStoreMode.Append);
    }

    [Fact]
    public async Task RenamesAndReplaces()
    {
        await Put(File, "new");
        await Put(Other, "old");
        await using IFileStoreFile before = await Store.OpenAsync(Other, FileStoreMode.Read);
        await Store.RenameAsync(File, Other);
        Assert.Equal("new", await Text(Other));
        Assert.Null(await Store.ReadAllAsync(File));
        byte[] buffer = new byte[8];
        Assert.Equal(3, await before.ReadAsync(0, buffer));
        Assert.Equal("old", Encoding.ASCII.GetString(buffer, 0, 3));
    }

    [Fact]
    public async Task RenamingToItselfChangesNothing()
    {
        await Put(File, "same");
        await Store.RenameAsync(File, File);
        Assert.Equal("same", await Text(File));
    }

    [Fact]
    public async Task ALogCanBeRotatedWhileItIsOpen()
    {
        await using IFileStoreFile log = await Store.OpenAsync(File, FileStoreMode.Append);
        await log.AppendAsync("1"u8.ToArray());
        await Store.RenameAsync(File, Other);
        await log.AppendAsync("2"u8.ToArray());
        await log.FlushAsync();
        await using (IFileStoreFile next = await Store.OpenAsync(File, FileStoreMode.Append))
        {
            await next.AppendAsync("3"u8.ToArray());
        }

        await Fails(FileStoreFailure.InUse, async () => await Store.OpenAsync(Other, FileStoreMode.Append));
        Assert.Equal("12", await Text(Other));
        Assert.Equal("3", await Text(File));
    }

    [Fact]
    public async Task DeletesAndForgetsTheAppender()
    {
        await using IFileStoreFile old = await Store.OpenAsync(File, FileStoreMode.Append);
        await old.AppendAsync("old"u8.ToArray());
        Assert.True(await Store.DeleteAsync(File));
        await using IFileStoreFile young = await Store.OpenAsync(File, FileStoreMode.Append);
        await old.AppendAsync("er"u8.ToArray());
        Assert.Equal(0, young.LengthBytes);
        byte[] buffer = new byte[8];
        Assert.Equal(5, await old.ReadAsync(0, buffer));
    }

    [Fact]
    public async Task ListsOneFolder()
    {
        await Put(FileStorePath.Parse("b"), "12");
        await Put(FileStorePath.Parse("a/x"), "1");
        await Put(FileStorePath.Parse("a/y/z"), "");
        await Store.ReplaceAsync(FileStorePath.Parse("a/w"), "123"u8.ToArray());
        Assert.Equal(
            [new(FileStorePath.Parse("a"), true, 0), new(FileStorePath.Parse("b"), false, 2)],
            await Store.ListAsync(FileStorePath.Root));
        Assert.Equal(
            [
                new(FileStorePath.Parse("a/w"), false, 3),
                new(FileStorePath.Parse("a/x"), false, 1),
                new(FileStorePath.Parse("a/y"), true, 0),
            ],
            await Store.ListAsync(FileStorePath.Parse("a")));
        Assert.Empty(await Store.ListAsync(FileStorePath.Parse("c/d")));
    }

    [Fact]
    public async Task AFolderGoesWithItsLastFile()
    {
        await Put(File, "");
        await Put(FileStorePath.Parse("folder/file"), "");
        await Store.DeleteAsync(File);
        Assert.Equal([new(FileStorePath.Parse("folder/file"), false, 0)], await Store.ListAsync(FileStorePath.Parse("folder")));
        await Store.RenameAsync(FileStorePath.Parse("folder/file"), FileStorePath.Parse("file"));
        Assert.Equal([new(FileStorePath.Parse("file"), false, 0)], await Store.ListAsync(FileStorePath.Root));
        await Put(FileStorePath.Parse("folder"), "a file where the folder was");
    }

    [Fact]
    public async Task TellsFilesAndFoldersApart()
    {
        await Put(File, "x");
        FileStorePath folder = File.Parent;
        await Fails(FileStoreFailure.WrongKind, async () => await Store.OpenAsync(folder, FileStoreMode.Append));
        await Fails(FileStoreFailure.WrongKind, async () => await Store.OpenAsync(folder, FileStoreMode.Read));
        await Fails(FileStoreFailure.WrongKind, async () => await Store.OpenAsync(FileStorePath.Root, FileStoreMode.Read));
        await Fails(FileStoreFailure.WrongKind, async () => await Store.DeleteAsync(folder));
        await Fails(FileStoreFailure.WrongKind, async () => await Store.RenameAsync(folder, Other));
        await Put(Other, "y");
        await Fails(FileStoreFailure.WrongKind, async () => await Store.RenameAsync(Other, folder));
        await Fails(FileStoreFailure.WrongKind, async () => await Store.ListAsync(File));
        await Fails(FileStoreFailure.WrongKind, async () => await Store.OpenAsync(File / "below", FileStoreMode.Append));
        Assert.Equal("x", await Text(File));
        Assert.Equal("y", await Text(Other));
    }

    [Fact]
    public async Task ReplacesAllAtOnce()
    {
        await Store.ReplaceAsync(File, "first"u8.ToArray());
        await using IFileStoreFile before = await Store.OpenAsync(File, FileStoreMode.Read);
        await Store.ReplaceAsync(File, "second"u8.ToArray());
        Assert.Equal("second", await Text(File));
        byte[] buffer = new byte[16];
        Assert.Equal("first", Encoding.ASCII.GetString(buffer, 0, await before.ReadAsync(0, buffer)));
        Assert.Single(await Store.ListAsync(File.Parent));
    }

    [Fact]
    public async Task ConcurrentReplacementsLeaveOneOfThem()
    {
        string[] values = [.. Enumerable.Range(0, 16).Select(i => new string((char)('a' + i), 1000))];
        await Task.WhenAll(values.Select(value => Store.ReplaceAsync(File, Encoding.ASCII.GetBytes(value)).AsTask()));
        Assert.Contains(await Text(File), values);
        Assert.Single(await Store.ListAsync(File.Parent));
    }

    [Fact]
    public async Task ReadAllHasABound()
    {
        await Put(File, "12345");
        Assert.Equal("12345", Encoding.ASCII.GetString((await Store.ReadAllAsync(File, mostBytes: 5))!));
        FileStoreException e = await Assert.ThrowsAsync<FileStoreException>(async () => await Store.ReadAllAsync(File, mostBytes: 4));
        Assert.Contains("it has 5 bytes, more than the 4 that are taken", e.Message);
    }

    [Fact]
    public async Task ACancelledCallDoesNothing()
    {
        await Put(File, "x");
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.DeleteAsync(File, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Store.ReplaceAsync(File, "y"u8.ToArray(), cancelled));
        await using IFileStoreFile file = await Store.OpenAsync(File, FileStoreMode.Append);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await file.AppendAsync("y"u8.ToArray(), cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await file.FlushAsync(cancelled));
        await file.AppendAsync("z"u8.ToArray());
        await file.FlushAsync();
        Assert.Equal("xz", await Text(File));
    }

    protected async Task Put(FileStorePath path, string text)
    {
        await using IFileStoreFile file = await Store.OpenAsync(path, FileStoreMode.Create);
        await file.AppendAsync(Encoding.UTF8.GetBytes(text));
        await file.FlushAsync();
    }

    protected async Task<string?> Text(FileStorePath path)
        => await Store.ReadAllAsync(path) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    protected static async Task<FileStoreException> Fails(FileStoreFailure failure, Func<Task> action)
    {
        FileStoreException e = await Assert.ThrowsAsync<FileStoreException>(action);
        Assert.True(failure == e.Failure, $"expected {failure}, was {e.Failure}: {e}");
        return e;
    }
}
