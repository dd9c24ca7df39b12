using System.Diagnostics;

namespace Ropewalk.Web.Tests.Static;

/// <summary>docs/web.md shows the sample, and the sample works.</summary>
public sealed class WebPageTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void The_page_shows_the_sample_as_it_is()
    {
        string page = File.ReadAllText(Path.Combine(Root, "docs", "web.md"));
        string sample = File.ReadAllText(Path.Combine(Root, "samples", "StaticSite", "Program.cs")).Trim();
        Assert.Contains($"```csharp\n{sample}\n```", page);
    }

    [Fact]
    public async Task The_sample_serves_a_folder_and_stops_when_it_is_asked_to()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a signal is sent with kill");
        using TemporaryFolder folder = new();
        folder.Write("a.txt", "hello");
        string[] here = AppContext.BaseDirectory.TrimEnd('/').Split('/');
        string program = Path.Combine(Root, "samples", "StaticSite", "bin", here[^2], here[^1], "StaticSite.dll");
        using Process sample = Process.Start(new ProcessStartInfo("dotnet", [program, folder.Path, "tcp:127.0.0.1:0"]) { RedirectStandardOutput = true })!;
        try
        {
            string? first = await sample.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.StartsWith(folder.Path + " at 127.0.0.1:", first);
            using (HttpClient client = new())
            {
                Assert.Equal("hello", await client.GetStringAsync($"http://{first!.Split(' ')[^1]}/a.txt", TestContext.Current.CancellationToken));
            }
            using Process kill = Process.Start("kill", $"{sample.Id}");
            await sample.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.Equal(0, sample.ExitCode);
            Assert.Contains("\"GET /a.txt HTTP/1.1\" 200 5 ", await sample.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
        }
        finally
        {
            if (!sample.HasExited) sample.Kill();
        }
    }

    private static string FindRoot()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Ropewalk.slnx"))) root = Path.GetDirectoryName(root)!;
        return root;
    }
}
