using System.Text;
using Ropewalk.Web.Static.Files;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Tests.Static.Files;

public sealed class MemorySiteFilesTests
{
    [Fact]
    public async Task Serves_files_and_the_folders_above_them()
    {
        using MemorySiteFiles files = SiteUnderTest.Files(("/a/b/c.txt", "hello"), ("/d.txt", ""), ("/.well-known/x", "y"));
        SiteOpening opening = await files.OpenAsync(Path("/a/b/c.txt"), default);
        byte[] buffer = new byte[10];
        Assert.Equal(3, await opening.File!.ReadAsync(buffer.AsMemory(0, 3), 0, default));
        Assert.Equal(2, await opening.File!.ReadAsync(buffer, 3, default));
        Assert.Equal(0, await opening.File!.ReadAsync(buffer, 5, default));
        Assert.Equal(SiteNodeKind.Folder, (await files.OpenAsync(Path("/a/b"), default)).Kind);
        Assert.Equal(SiteNodeKind.Missing, (await files.OpenAsync(Path("/a/x"), default)).Kind);
        Assert.Equal(SiteNodeKind.File, (await files.OpenAsync(Path("/.well-known/x"), default)).Kind);
        SiteListing listing = await files.ListAsync(SitePath.Root, 10, default);
        Assert.Equal(["a", "d.txt"], listing.Entries.Select(e => e.Name).Order(StringComparer.Ordinal));
        Assert.True((await files.ListAsync(SitePath.Root, 1, default)).IsTruncated);
    }

    [Theory]
    [InlineData("a.txt")]
    [InlineData("/a/")]
    [InlineData("/../a")]
    [InlineData("/.env")]
    public void Takes_no_path_that_a_request_could_not_have(string path) =>
        Assert.Throws<ArgumentException>(() => new MemorySiteFiles([KeyValuePair.Create(path, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes("x"))], default));

    private static SitePath Path(string text)
    {
        Assert.True(SitePath.TryParse(text, out SitePath? path, out _));
        return path;
    }
}
