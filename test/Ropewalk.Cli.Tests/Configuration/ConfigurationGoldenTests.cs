using Ropewalk.Cli.Tests.Commands;

namespace Ropewalk.Cli.Tests.Configuration;

/// <summary>Each <c>Golden/check/*.yaml</c> and <c>*.json</c> has a <c>.expected</c> file with everything that <c>ropewalk check</c> says of it.</summary>
public sealed class ConfigurationGoldenTests
{
    public static TheoryData<string> Files { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(GoldenText.Folder, "check")).Where(f => !f.EndsWith(".expected", StringComparison.Ordinal)).Select(f => Path.GetFileName(f)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Check_tells_all_problems_at_once(string file)
    {
        using var run = new CommandRun();
        run.Write(file, File.ReadAllText(Path.Combine(GoldenText.Folder, "check", file)));
        Directory.CreateDirectory(Path.Combine(run.Folder, "site"));
        int code = await run.RunAsync("check", file);
        GoldenText.Check(Path.Combine("check", file + ".expected"), $"{run.Output}exit {code}\n");
        Assert.Equal("", run.Error);
    }
}
