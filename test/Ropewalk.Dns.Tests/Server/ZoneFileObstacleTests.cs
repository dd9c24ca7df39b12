using Ropewalk.Dns.Server;
using Ropewalk.Dns.Tests.Session;
using Ropewalk.Storage;

namespace Ropewalk.Dns.Tests.Server;

/// <summary>What is said of a zone file that cannot be read at all.</summary>
public sealed class ZoneFileObstacleTests
{
    [Theory]
    [InlineData(FileStoreFailure.AccessDenied, "it cannot be read: permission denied")]
    [InlineData(FileStoreFailure.NotFound, "there is no such file")]
    [InlineData(FileStoreFailure.WrongKind, "as the store has it")]
    public async Task Who_cannot_read_it_is_told_so_in_the_systems_words(FileStoreFailure failure, string said)
    {
        DnsZoneFile file = new(new ClosedStore(failure), FileStorePath.Parse("perm.test.zone"));
        (_, string? obstacle) = await ZoneFileCheck.RunAsync(file, TestZone.Hash, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(said, obstacle);
    }

    private sealed class ClosedStore(FileStoreFailure failure) : IFileStore
    {
        public ValueTask<IFileStoreFile> OpenAsync(FileStorePath path, FileStoreMode mode, CancellationToken cancellationToken = default) =>
            throw new FileStoreException(path, "open", failure, "as the store has it");

        public ValueTask RenameAsync(FileStorePath from, FileStorePath to, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<bool> DeleteAsync(FileStorePath path, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<FileStoreEntry>> ListAsync(FileStorePath folder, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
