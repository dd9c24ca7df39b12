using System.Reflection;

namespace Ropewalk.Architecture.Tests.PublicApi;

/// <summary>
/// What each shipped assembly shows to others is written down beside this file, so that a change of it is seen in review. To accept one:
/// <c>ROPEWALK_ACCEPT_API=1 ./test.sh Ropewalk.Architecture.Tests</c>, then look at <c>git diff</c>.
/// </summary>
public sealed class PublicApiTests
{
    public static TheoryData<string> Shipped => ["Ropewalk", "Ropewalk.Chat", "Ropewalk.Dns", "Ropewalk.Storage", "Ropewalk.Testing", "Ropewalk.Web"];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void The_public_API_is_the_one_written_down(string name)
    {
        string path = Path.Combine(Repository.Root, "test/Ropewalk.Architecture.Tests/PublicApi", name + ".txt");
        string actual = ApiPrinter.Print(Assembly.Load(name));
        if (Environment.GetEnvironmentVariable("ROPEWALK_ACCEPT_API") == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        string expected = File.Exists(path) ? File.ReadAllText(path) : "";
        string difference = Difference(expected, actual);
        Assert.True(
            difference.Length == 0,
            $"The public API of {name} is not the one in PublicApi/{name}.txt:\n{difference}\nIf that is meant: ROPEWALK_ACCEPT_API=1 ./test.sh Ropewalk.Architecture.Tests, and look at git diff.");
    }

    [Fact]
    public void Every_shipped_library_has_a_snapshot()
    {
        IEnumerable<string> libraries = Repository.Files
            .Where(file => file.Path.StartsWith("src/", StringComparison.Ordinal) && file.Name.EndsWith(".csproj", StringComparison.Ordinal) && !file.Text.Contains("<OutputType>Exe", StringComparison.Ordinal))
            .Select(file => file.Name[..^".csproj".Length]);
        Assert.Equal(libraries.Order(), Shipped.Select(row => row.Data).Order());
    }

    [Fact]
    public void A_changed_member_is_seen() =>
        Assert.Equal(
            "In sealed class A:\n  - void M()\n  + void M(int x)",
            Difference("sealed class A\n    void M()\n    void N()\n", "sealed class A\n    void M(int x)\n    void N()\n"));

    [Fact]
    public void A_new_and_a_lost_type_are_seen() =>
        Assert.Equal("- enum Old\n+ enum New\nIn enum New:\n  + A = 0", Difference("enum Old\n", "enum New\n    A = 0\n"));

    /// <summary>What is in one text and not in the other, each line below the type that it belongs to.</summary>
    private static string Difference(string expected, string actual)
    {
        ILookup<string, string> before = ByType(expected), after = ByType(actual);
        List<string> lines = [];
        lines.AddRange(before.Select(type => type.Key).Except(after.Select(type => type.Key)).Select(type => "- " + type));
        lines.AddRange(after.Select(type => type.Key).Except(before.Select(type => type.Key)).Select(type => "+ " + type));
        foreach (string type in after.Select(type => type.Key))
        {
            string[] lost = [.. before[type].Except(after[type]).Select(member => "  - " + member)];
            string[] won = [.. after[type].Except(before[type]).Where(member => member.Length > 0).Select(member => "  + " + member)];
            if (lost.Length + won.Length > 0)
            {
                lines.Add($"In {type}:");
                lines.AddRange(lost);
                lines.AddRange(won);
            }
        }

        return string.Join("\n", lines);
    }

    private static ILookup<string, string> ByType(string text)
    {
        List<(string Type, string Member)> members = [];
        string type = "";
        foreach (string line in text.Split('\n').Where(line => line.Length > 0))
        {
            if (line[0] != ' ')
            {
                type = line;
            }

            members.Add((type, line[0] == ' ' ? line.Trim() : ""));
        }

        return members.ToLookup(member => member.Type, member => member.Member);
    }
}
