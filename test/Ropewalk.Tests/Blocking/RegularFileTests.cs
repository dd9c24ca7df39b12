using System.Net.Sockets;
using System.Runtime.InteropServices;
using Ropewalk.Blocking;
using Ropewalk.Security.Tls;
using Ropewalk.Storage;

namespace Ropewalk.Tests.Blocking;

/// <summary>What stands where a file is wanted holds nobody: each of these would wait for ever if it were opened and read.</summary>
public sealed partial class RegularFileTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("ropewalk-regular-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_regular_file_is_read_also_through_a_link()
    {
        string path = In("file");
        File.WriteAllText(path, "text");
        File.CreateSymbolicLink(In("link"), path);
        Assert.Equal("text", RegularFile.ReadAllText(path));
        Assert.Equal("text"u8.ToArray(), RegularFile.ReadAllBytes(In("link")));
        Assert.Throws<FileNotFoundException>(() => RegularFile.OpenRead(In("missing")));
        Assert.Throws<UnauthorizedAccessException>(() => RegularFile.OpenRead(_folder));
        Assert.Throws<IOException>(() => RegularFile.OpenRead(In("file/below")));
    }

    [Fact]
    public async Task A_named_pipe_is_refused_by_its_name()
    {
        string pipe = MakePipe();
        Exception e = await RefusalAsync(() => RegularFile.OpenRead(pipe));
        Assert.Equal($"'{pipe}' is a named pipe, not a regular file", e.Message);
        File.CreateSymbolicLink(In("link"), pipe);
        Assert.Contains("link' is a named pipe", (await RefusalAsync(() => RegularFile.OpenRead(In("link")))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_and_a_socket_are_refused()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the kind is asked of Linux");
        Assert.Equal("'/dev/zero' is a device, not a regular file", (await RefusalAsync(() => RegularFile.OpenRead("/dev/zero"))).Message);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(In("socket")));
        Assert.Equal($"'{In("socket")}' is a socket, not a regular file", (await RefusalAsync(() => RegularFile.OpenRead(In("socket")))).Message);
    }

    [Theory]
    [InlineData(FileStoreMode.Read)]
    [InlineData(FileStoreMode.Append)]
    public async Task A_store_has_no_pipes(FileStoreMode mode)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || mode == FileStoreMode.Read, "the kind is asked of Linux");
        string pipe = MakePipe();
        var store = new DiskFileStore(_folder);
        FileStoreException e = await Assert.ThrowsAsync<FileStoreException>(
            () => store.OpenAsync(FileStorePath.Parse("pipe"), mode, TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken));
        Assert.Equal(FileStoreFailure.WrongKind, e.Failure);
        Assert.Contains($"'{pipe}' is a named pipe", e.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_is_in_no_pipe()
    {
        string pipe = MakePipe();
        Exception pem = await RefusalAsync(() => CertificateStore.FromPem(pipe));
        Exception pfx = await RefusalAsync(() => CertificateStore.FromPfx(pipe, null));
        Assert.All([pem, pfx], e => Assert.Contains($"'{pipe}' is a named pipe", e.Message, StringComparison.Ordinal));
    }

    private string In(string name) => Path.Combine(_folder, name);

    // On a thread of its own, which a failure leaves behind: a writer frees it.
    private async Task<Exception> RefusalAsync(Func<object> open)
    {
        Task<object> opening = Task.Factory.StartNew(open, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return (await Record.ExceptionAsync(() => opening.WaitAsync(Patience, TestContext.Current.CancellationToken))) is { } e and not TimeoutException
            ? e
            : throw new InvalidOperationException($"It was opened, or waits ({_folder}).");
    }

    private string MakePipe()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no named pipes among the files");
        string path = In("pipe");
        Assert.Equal(0, MakeFifo(path, 0x180));
        return path;
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFifo(string path, uint mode);
}
