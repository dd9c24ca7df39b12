using Ropewalk.Cli.Strands;
using Ropewalk.Cli.Tests.Commands;
using Ropewalk.Storage;

namespace Ropewalk.Cli.Tests.Strands;

/// <summary>One folder of storage, one process: two would forget what the other has told.</summary>
public sealed class ProcessStoresTests : IDisposable
{
    private readonly CommandRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_folder_is_one_process_s_until_it_ends()
    {
        string folder = Path.Combine(_run.Folder, "data");
        var first = new ProcessStores(folder);
        await first.GetRecordsAsync();
        await using var second = new ProcessStores(folder);
        RecordStoreException refused = await Assert.ThrowsAsync<RecordStoreException>(second.GetRecordsAsync);
        Assert.Equal((RecordStoreFailure.Busy, $"another process uses the folder '{folder}'"), (refused.Failure, refused.Reason));
        await first.DisposeAsync();
        await second.GetRecordsAsync();
    }

    [Fact]
    public async Task What_is_no_folder_is_said_to_be_none()
    {
        _run.Write("data", "");
        string file = Path.Combine(_run.Folder, "data");
        await using var stores = new ProcessStores(file);
        RecordStoreException refused = await Assert.ThrowsAsync<RecordStoreException>(stores.GetRecordsAsync);
        Assert.Equal($"'{file}' is a file, and storage is a folder", refused.Reason);
    }
}
