using Ropewalk.Web.Static.Server;

namespace Ropewalk.Web.Tests.Static.Server;

public sealed class LargeFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _content = [.. Enumerable.Range(0, 3_000_000).Select(i => (byte)(i ^ (i >> 8)))];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Is_sent_whole_and_in_parts()
    {
        _folder.Write("big.bin", _content);
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _folder.Path });
        await using RawClient client = await site.OpenAsync();
        RawResponse whole = await client.GetAsync("/big.bin");
        Assert.Equal(_content, whole.Body);
        Assert.Equal("application/octet-stream", whole["Content-Type"]);
        RawResponse part = await client.GetAsync("/big.bin", "Range: bytes=1000000-2000000");
        Assert.Equal(206, part.Status);
        Assert.Equal(_content[1_000_000..2_000_001], part.Body);
        RawResponse parts = await client.GetAsync("/big.bin", "Range: bytes=0-99999,2900000-");
        Assert.Equal(parts["Content-Length"], $"{parts.Body.Length}");
        Assert.True(parts.Body.AsSpan().IndexOf(_content.AsSpan(0, 100_000)) > 0);
        Assert.True(parts.Body.AsSpan().IndexOf(_content.AsSpan(2_900_000)) > 0);
        Assert.Equal(304, (await client.GetAsync("/big.bin", $"If-None-Match: {whole["ETag"]}")).Status);
    }

    [Fact]
    public async Task A_file_that_is_cut_while_it_is_sent_ends_the_connection()
    {
        string path = _folder.Write("big.bin", _content);
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _folder.Path });
        await using RawClient client = await site.OpenAsync();
        await client.SendRequestAsync("/big.bin");
        Assert.True(await client.ReceiveAsync());   // it has begun; the memory link holds far less than the file
        await using (FileStream file = File.OpenWrite(path)) file.SetLength(100_000);
        byte[] received = await client.ReadToEndAsync();
        Assert.InRange(received.Length, 1, 2_999_999);
        // the server goes on for others
        Assert.Equal(200, (await site.GetAsync("/big.bin")).Status);
    }

    [Fact]
    public async Task A_file_that_grows_while_it_is_sent_keeps_its_promised_length()
    {
        string path = _folder.Write("big.bin", _content);
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _folder.Path });
        await using RawClient client = await site.OpenAsync();
        await client.SendRequestAsync("/big.bin");
        Assert.True(await client.ReceiveAsync());
        await using (FileStream file = new(path, FileMode.Append)) file.Write(new byte[10_000]);
        RawResponse answer = await client.ReadAsync();
        Assert.Equal(_content, answer.Body);
    }

    [Fact]
    public async Task A_file_that_is_replaced_while_it_is_sent_is_sent_as_it_was()
    {
        _folder.Write("big.bin", _content);
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _folder.Path });
        await using RawClient client = await site.OpenAsync();
        await client.SendRequestAsync("/big.bin");
        Assert.True(await client.ReceiveAsync());
        File.Move(_folder.Write("next", "new"), _folder["big.bin"], overwrite: true);
        Assert.Equal(_content, (await client.ReadAsync()).Body);
        Assert.Equal("new", (await client.GetAsync("/big.bin")).Text);
    }

    [Fact]
    public async Task A_reader_that_takes_nothing_is_cut_and_holds_little()
    {
        _folder.Write("big.bin", _content);
        WebLimits limits = new() { MinBytesPerSecond = 100_000, SlowGracePeriod = TimeSpan.FromSeconds(1.1) };
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _folder.Path }, limits: limits);
        await using RawClient client = await site.OpenAsync();
        await client.SendRequestAsync("/big.bin");
        // Kestrel's own clock: it looks once a second
        TaskCompletionSource cut = new();
        await using CancellationTokenRegistration registration = client.Closed.Register(cut.SetResult);
        await cut.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        byte[] received = await client.ReadToEndAsync();
        Assert.InRange(received.Length, 0, 1_000_000);
    }

    [Fact]
    public async Task A_client_that_leaves_frees_the_file()
    {
        _folder.Write("big.bin", _content);
        await using SiteUnderTest site = await SiteUnderTest.StartAsync(new StaticSiteOptions { Folder = _folder.Path });
        for (int i = 0; i < 50; i++)
        {
            RawClient client = await site.OpenAsync();
            await client.SendRequestAsync("/big.bin");
            await client.ReceiveAsync();
            client.Abort();
            await client.DisposeAsync();
        }
        await site.Server.StopAsync(TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsLinux()) return;
        Assert.DoesNotContain(Directory.EnumerateFiles("/proc/self/fd"), fd => TargetOf(fd) == _folder["big.bin"]);
    }

    private static string? TargetOf(string handle)
    {
        try
        {
            return File.ResolveLinkTarget(handle, returnFinalTarget: false)?.FullName;
        }
        catch (FileNotFoundException)
        {
            return null;   // closed by another test meanwhile
        }
    }
}
