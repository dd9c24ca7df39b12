using System.Runtime.InteropServices;
using Ropewalk.Storage;

namespace Ropewalk.Tests.Storage;

public sealed partial class DiskFileStoreTests : FileStoreConformance, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ropewalk-store-").FullName;
    private readonly DiskFileStore _store;

    public DiskFileStoreTests() => _store = new DiskFileStore(Path.Combine(_folder, "top"));

    protected override IFileStore Store => _store;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task FilesAndFoldersAreTheOwnersOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows inherits permissions");
            return;
        }

        await Put(File, "secret");
        string path = Path.Combine(_store.Folder, "folder", "inner", "file.txt");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(path));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, System.IO.File.GetUnixFileMode(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public async Task ItsFolderMayBeRelativeAndEndInASlash()
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(_folder, "relative")) + "/";
        var store = new DiskFileStore(relative);
        await store.ReplaceAsync(File, "x"u8.ToArray());
        Assert.Equal("x"u8.ToArray(), System.IO.File.ReadAllBytes(Path.Combine(_folder, "relative", "folder", "inner", "file.txt")));
    }

    [Fact]
    public async Task ForeignNamesAreNotListed()
    {
        Directory.CreateDirectory(_store.Folder);
        System.IO.File.WriteAllText(Path.Combine(_store.Folder, "~9.leftover"), "");
        System.IO.File.WriteAllText(Path.Combine(_store.Folder, "good"), "");
        Assert.Equal(["good"], (await Store.ListAsync(FileStorePath.Root)).Select(entry => entry.Path.ToString()));
    }

    [Fact]
    public async Task AnAppendThatDoesNotFitLeavesNoTornRecord()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "RLIMIT_FSIZE as Linux has it");
        const long limit = 256L * 1024 * 1024;
        await Put(File, "head");
        string full = Path.Combine(_store.Folder, "folder", "inner", "file.txt");
        using (FileStream sparse = System.IO.File.OpenWrite(full))
        {
            sparse.SetLength(limit - 10);
        }

        using (new FileSizeLimit(limit))
        {
            await using IFileStoreFile file = await Store.OpenAsync(File, FileStoreMode.Append);
            FileStoreException e = await Fails(FileStoreFailure.Full, async () => await file.AppendAsync(new byte[100]));
            Assert.Contains("RLIMIT_FSIZE", e.Message);
            Assert.Equal(limit - 10, file.LengthBytes);
            Assert.Equal(limit - 10, new FileInfo(full).Length);
            await file.AppendAsync(new byte[10]);
            await file.FlushAsync();
            Assert.Equal(limit, new FileInfo(full).Length);
        }
    }

    [Fact]
    public async Task AFullDiskLeavesTheOldContent()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        Directory.CreateDirectory(_store.Folder);
        System.IO.File.CreateSymbolicLink(Path.Combine(_store.Folder, "full"), "/dev/full");
        await using IFileStoreFile file = await Store.OpenAsync(FileStorePath.Parse("full"), FileStoreMode.Append);
        FileStoreException e = await Fails(FileStoreFailure.Full, async () => await file.AppendAsync("x"u8.ToArray()));
        Assert.Equal("Cannot append to 'full' in the file store: no space is left on the disk.", e.Message);
    }

    [Fact]
    public async Task WhatIsNotPermittedIsSaid()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("needs a user whom permissions bind");
            return;
        }

        await Put(File, "old");
        string folder = Path.Combine(_store.Folder, "folder", "inner");
        System.IO.File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        FileStoreException e = await Fails(FileStoreFailure.AccessDenied, async () => await Store.ReplaceAsync(File, "new"u8.ToArray()));
        Assert.Contains("Cannot replace 'folder/inner/file.txt' in the file store: the system does not permit it", e.Message);
        Assert.Contains("what it held before is untouched", e.Message);
        await Fails(FileStoreFailure.AccessDenied, async () => await Store.DeleteAsync(File));
        System.IO.File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite);
        Assert.Equal("old", await Text(File));
    }

    [Fact]
    public async Task AReadOnlyFileSystemIsSaid()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc/sys is Linux's");
        var store = new DiskFileStore("/proc/sys/kernel/ropewalk");
        FileStoreException e = await Assert.ThrowsAsync<FileStoreException>(async () => await store.ReplaceAsync(File, "x"u8.ToArray()));
        Assert.True(e.Failure is FileStoreFailure.AccessDenied or FileStoreFailure.NotFound, e.ToString());
    }

    /// <summary>Lowers the process's RLIMIT_FSIZE while it lives; far above what any other test writes.</summary>
    private sealed partial class FileSizeLimit : IDisposable
    {
        private const int Resource = 1; // RLIMIT_FSIZE
        private const int Signal = 25; // SIGXFSZ, which would end the process
        private readonly ulong[] _old = new ulong[2];
        private readonly PosixSignalRegistration _signal = PosixSignalRegistration.Create((PosixSignal)Signal, context => context.Cancel = true);

        public FileSizeLimit(long bytes)
        {
            Assert.Equal(0, Get(Resource, _old));
            Assert.Equal(0, Set(Resource, [(ulong)bytes, _old[1]]));
        }

        public void Dispose()
        {
            Assert.Equal(0, Set(Resource, _old));
            _signal.Dispose();
        }

        [LibraryImport("libc", EntryPoint = "getrlimit")]
        private static partial int Get(int resource, [Out] ulong[] limits);

        [LibraryImport("libc", EntryPoint = "setrlimit")]
        private static partial int Set(int resource, [In] ulong[] limits);
    }
}
