namespace Ropewalk.Interop.Tests.Dns;

/// <summary>What the command says to zone files that are wrong, at its start and while it serves; seen from outside by dig.</summary>
public sealed class ZoneFileTests : IDisposable
{
    private readonly SampleFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_faulty_file_changes_nothing_and_the_log_says_where()
    {
        var dig = ExternalProgram.Find("dig", "bind9-dnsutils");
        await using DnsPrimary primary = await DnsPrimary.StartAsync(SampleNames.Zone, SampleNames.Version(1));
        string name = Path.GetFileName(primary.ZoneFile);
        int line = SampleNames.Version(2).Count(c => c == '\n') + 1;
        primary.Exchange(SampleNames.Version(2) + "bad A 192.0.2.300\n");
        await primary.WaitForLogAsync($"{name}:{line}:7: ");
        Assert.Equal("\"version 1\"", await VersionAsync(dig, primary));

        // cut in the middle, as by an editor that writes in place, or a full disk
        primary.Exchange(SampleNames.Version(3)[..^5]);
        await primary.WaitForLogAsync($"{name}:{line - 1}:8: ");
        Assert.Equal("\"version 1\"", await VersionAsync(dig, primary));

        File.Delete(primary.ZoneFile);
        await primary.WaitForLogAsync("there is no");
        Assert.Equal("\"version 1\"", await VersionAsync(dig, primary));

        primary.Exchange(SampleNames.Version(4));
        await primary.WaitForLogAsync($"{SampleNames.Zone}. is served: serial 4,");
        Assert.Equal("\"version 4\"", await VersionAsync(dig, primary));

        primary.Exchange(SampleNames.Version(5).Replace("hostmaster 5", "hostmaster 4", StringComparison.Ordinal) + "more A 192.0.2.1\n");
        await primary.WaitForLogAsync("has changed, but not its serial 4");
        Assert.Equal("\"version 5\"", await VersionAsync(dig, primary));
    }

    [Fact]
    public async Task A_missing_file_is_told_at_the_start()
    {
        ProgramResult missing = await RopewalkProgram.RunAsync("dns", "serve", _folder.PathOf("nowhere.zone"), "--listen", "127.0.0.1:0");
        Assert.Equal(78, missing.ExitCode);
        Assert.Contains($"there is no file '{_folder.PathOf("nowhere.zone")}'", missing.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", missing.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_wrong_with_a_file_is_told_at_the_start()
    {
        string file = _folder.Write("bad.zone", SampleNames.Version(1) + "one A 192.0.2.300\ntwo MX mail\nthree AAAA 192.0.2.1\n");
        int line = SampleNames.Version(1).Count(c => c == '\n') + 1;
        ProgramResult bad = await RopewalkProgram.RunAsync("dns", "serve", $"{SampleNames.Zone}={file}", "--listen", "127.0.0.1:0");
        Assert.Equal(78, bad.ExitCode);
        Assert.Contains($"bad.zone:{line}:7: ", bad.Errors, StringComparison.Ordinal);
        Assert.Contains($"bad.zone:{line + 1}:8: ", bad.Errors, StringComparison.Ordinal);
        Assert.Contains($"bad.zone:{line + 2}:12: ", bad.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", bad.Errors, StringComparison.Ordinal);
    }

    private static async Task<string> VersionAsync(ExternalProgram dig, DnsPrimary primary) => (await dig.RunAsync([.. primary.At, "+short", "version." + SampleNames.Zone, "TXT"])).Expect().Output.Trim();
}
