using System.Reflection;
using System.Text.RegularExpressions;

namespace Ropewalk.Dns.Tests.Attacks;

/// <summary>The page of attacks names tests: they are there.</summary>
public sealed partial class SecurityPageTests
{
    [Fact]
    public void Every_test_that_the_page_names_is_there()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Ropewalk.slnx")))
        {
            folder = folder.Parent;
        }

        HashSet<string> tests = [.. typeof(SecurityPageTests).Assembly.GetTypes().SelectMany(type => type.GetMethods(), (type, method) => (type, method))
            .Where(test => test.method.GetCustomAttributes<FactAttribute>().Any())
            .Select(test => $"{test.type.Name}.{test.method.Name}")];
        string[] rows = [.. File.ReadLines(Path.Combine(folder!.FullName, "docs/dns-security.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line[2] != '-' && !line.StartsWith("| attack |", StringComparison.Ordinal))];
        Assert.InRange(rows.Length, 40, 200);
        Assert.All(rows, row =>
        {
            string[] named = [.. TestName().Matches(row[row.TrimEnd('|', ' ').LastIndexOf('|')..]).Select(match => match.Groups[1].Value)];
            Assert.NotEmpty(named);
            Assert.All(named, name => Assert.Contains(name, tests));
        });
    }

    [GeneratedRegex("`([A-Za-z0-9]+\\.[A-Za-z0-9_]+)`")]
    private static partial Regex TestName();
}
