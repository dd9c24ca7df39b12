using System.Diagnostics;
using System.Text;
using Ropewalk.Cli.Configuration;

namespace Ropewalk.Cli.Tests.Configuration;

public sealed class YamlTreeReaderTests
{
    [Fact]
    public void Keeps_lines_and_columns()
    {
        MappingNode root = ReadRight("a: 1\nbb:\n  - x\n  - {c: \"y\"}\n");
        Assert.Equal("t.yaml:1:1", root.Entries[0].KeyOrigin.ToString());
        Assert.Equal("t.yaml:1:4", root["a"]!.Origin.ToString());
        var list = (SequenceNode)root["bb"]!;
        Assert.Equal("t.yaml:3:5", list.Items[0].Origin.ToString());
        var scalar = (ScalarNode)((MappingNode)list.Items[1])["c"]!;
        Assert.Equal("t.yaml:4:9", scalar.Origin.ToString());
        // past the quote
        Assert.Equal("t.yaml:4:10", scalar.OriginAt(0).ToString());
        Assert.False(scalar.Plain);
    }

    [Fact]
    public void A_byte_order_mark_is_skipped()
    {
        var problems = new ConfigurationProblems();
        Assert.NotNull(YamlTreeReader.Read([0xEF, 0xBB, 0xBF, .. "a: 1"u8], Source, problems)!["a"]);
        Assert.True(problems.None);
    }

    [Theory]
    [InlineData("[", 200_000)]
    [InlineData("{a: ", 50_000)]
    [InlineData("- ", 50_000)]
    [InlineData("? ", 50_000)]
    [InlineData("[a, ", 50_000)]
    [InlineData("a:\n ", 20_000)]
    [InlineData("&a ", 50_000)]
    [InlineData("\"", 100_001)]
    [InlineData("a: |\n", 20_000)]
    [InlineData("%TAG ! x\n", 20_000)]
    [InlineData("!", 100_000)]
    public void Hostile_repetition_is_refused_in_no_time(string piece, int times)
    {
        Refuses(string.Concat(Enumerable.Repeat(piece, times)));
    }

    [Fact]
    public void An_alias_bomb_is_refused()
    {
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 30; i++)
        {
            bomb.Append(i).Append(": &a").Append(i).Append(" [").AppendJoin(',', Enumerable.Repeat($"*a{i - 1}", 10)).Append("]\n");
        }

        Assert.Contains("aliases counted", Refuses(bomb.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_keys_are_refused()
    {
        Refuses(string.Concat(Enumerable.Range(0, 60_000).Select(i => $"k{i}: 1\n")));
    }

    [Fact]
    public void Garbage_never_throws_and_never_takes_long()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        const string Pieces = "abc:- \n\n\t[]{},&*!|>'\"%@`?#~0.\\\r\u00e9\ud83d\ude00---...";
        var watch = Stopwatch.StartNew();
        for (int i = 0; i < 3000; i++)
        {
            var text = new StringBuilder();
            for (int length = random.Next(60); length > 0; length--)
            {
                text.Append(Pieces[random.Next(Pieces.Length)]);
            }

            var problems = new ConfigurationProblems();
            try
            {
                MappingNode? root = YamlTreeReader.Read(text.ToString(), Source, problems);
                Assert.True(root is not null || !problems.None);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}, text {System.Text.Json.JsonSerializer.Serialize(text.ToString())}: {e}");
            }
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"seed {seed} took {watch.Elapsed}");
    }

    private static ConfigurationSource Source { get; } = new(ConfigurationSourceKind.File, "t.yaml", "/");

    private static MappingNode ReadRight(string text)
    {
        var problems = new ConfigurationProblems();
        MappingNode? root = YamlTreeReader.Read(text, Source, problems);
        Assert.Empty(problems.InOrder());
        return root!;
    }

    private static string Refuses(string text)
    {
        var watch = Stopwatch.StartNew();
        var problems = new ConfigurationProblems();
        YamlTreeReader.Read(Encoding.UTF8.GetBytes(text), Source, problems);
        Assert.False(problems.None);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
        return problems.InOrder()[^1].Message;
    }
}
