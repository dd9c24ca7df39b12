using Ropewalk.Cli.Configuration;
using Ropewalk.Cli.Configuration.Formats;

namespace Ropewalk.Cli.Tests.Configuration;

public sealed class FormatTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("4096", 4096L)]
    [InlineData("64KiB", 65536L)]
    [InlineData("64 kib", 65536L)]
    [InlineData("10MB", 10_000_000L)]
    [InlineData("1_000", 1000L)]
    [InlineData("1TiB", 1L << 40)]
    [InlineData("", null)]
    [InlineData("KiB", null)]
    [InlineData("-1", null)]
    [InlineData("1.5MiB", null)]
    [InlineData("1XB", null)]
    [InlineData("9223372036854775807TiB", null)]
    [InlineData("2TiB", null)]
    public void Sizes(string text, long? expected) => Check(new SizeFormat(0, 1L << 40), text, expected);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("250ms", 250)]
    [InlineData("30s", 30_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("1s500ms", 1500)]
    [InlineData("", null)]
    [InlineData("30", null)]
    [InlineData("s", null)]
    [InlineData("1m1h", null)]
    [InlineData("1m1m", null)]
    [InlineData("-1s", null)]
    [InlineData("1.5s", null)]
    [InlineData("9999999999999s", null)]
    [InlineData("999999999d", null)]
    public void Durations(string text, int? milliseconds)
    {
        Check(new DurationFormat(TimeSpan.Zero, TimeSpan.FromDays(1)), text, milliseconds is int ms ? TimeSpan.FromMilliseconds(ms) : null);
    }

    [Theory]
    [InlineData("1", 1)]
    [InlineData("1_0", 10)]
    [InlineData("0", null)]
    [InlineData("11", null)]
    [InlineData("1.0", null)]
    [InlineData("", null)]
    [InlineData("99999999999999999999", null)]
    public void Numbers(string text, int? expected) => Check(new NumberFormat(1, 10), text, expected);

    [Theory]
    [InlineData("lisitng", "listing")]
    [InlineData("idleTimeout", "idle-timeout")]
    [InlineData("idle_timeout", "idle-timeout")]
    [InlineData("listen-on", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    public void Spelling_suggests_what_is_near(string written, string? expected)
    {
        Assert.Equal(expected, Spelling.Nearest(written, ["listing", "idle-timeout", "hosts"]));
    }

    private static void Check<T>(ValueFormat<T> format, string text, T? expected)
        where T : struct
    {
        var node = new ScalarNode(Origin.Default, text, plain: true);
        bool read = format.TryRead(node, out T value, out ValueProblem problem);
        Assert.Equal(expected, read ? value : null);
        if (read)
        {
            Assert.True(format.TryRead(new ScalarNode(Origin.Default, format.Write(value, false), true), out T again, out _));
            Assert.Equal(value, again);
        }
        else
        {
            Assert.NotEmpty(problem.Message);
        }
    }
}
