namespace Ropewalk.Tests.Hosting;

public sealed class HostingPageTests
{
    [Fact]
    public void ThePageShowsTheSampleAsItIs()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Ropewalk.slnx")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        string page = File.ReadAllText(Path.Combine(root, "docs", "hosting.md"));
        string sample = File.ReadAllText(Path.Combine(root, "samples", "HostedServices", "Program.cs")).Trim();
        Assert.Contains($"```csharp\n{sample}\n```", page);
    }
}
