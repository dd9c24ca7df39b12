using System.Globalization;
using Ropewalk.Dns.Zones;
using Ropewalk.Testing;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>NSD, Knot and BIND answer the same as we to generated questions about generated zones, or it is known why not.</summary>
/// <remarks>One seed by default; <c>ROPEWALK_SEEDS=1-100</c> runs a hundred, <c>ROPEWALK_SEED=17</c> the one.</remarks>
public sealed class DifferentialTests
{
    private const int Questions = 12_000;

    [Fact]
    public async Task Others_answer_the_same()
    {
        SortedDictionary<string, int> explained = [];
        Dictionary<LookupBranch, int> branches = Enum.GetValues<LookupBranch>().ToDictionary(branch => branch, _ => 0);
        int compared = 0, questions = 0;
        (int first, int last) = Seeds();
        for (int seed = first; seed <= last; seed++)
        {
            var run = new DifferentialRun(seed);
            await run.RunAsync(Questions);
            compared += run.Compared;
            questions += Questions;
            foreach ((string name, int count) in run.Explained)
            {
                explained[name] = explained.GetValueOrDefault(name) + count;
            }

            foreach ((LookupBranch branch, int count) in run.Branches)
            {
                branches[branch] += count;
            }
        }

        ITestOutputHelper output = TestContext.Current.TestOutputHelper!;
        output.WriteLine($"{questions} questions, {compared} answers of others compared");
        foreach ((LookupBranch branch, int count) in branches)
        {
            output.WriteLine($"  {count,8} {branch}");
        }

        foreach ((string name, int count) in explained)
        {
            output.WriteLine($"  {count,8} {name}");
        }

        Assert.True(compared > questions * 2, "too few answers were compared");
        Assert.Empty(branches.Where(branch => branch.Value == 0).Select(branch => branch.Key));
    }

    // The page says why; a difference that it does not tell of is not known.
    [Fact]
    public void Each_known_difference_is_in_the_page()
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Ropewalk.slnx")))
        {
            root = Path.GetDirectoryName(root)!;
        }

        string page = File.ReadAllText(Path.Combine(root, "docs", "dns-differences.md"));
        Assert.All(KnownDifferences.All, known => Assert.Contains($"| {known.Name} |", page, StringComparison.Ordinal));
    }

    private static (int First, int Last) Seeds()
    {
        string text = Environment.GetEnvironmentVariable("ROPEWALK_SEED") ?? Environment.GetEnvironmentVariable("ROPEWALK_SEEDS") ?? "1";
        int[] range = [.. text.Split('-').Select(number => int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture))];
        return (range[0], range[^1]);
    }
}
