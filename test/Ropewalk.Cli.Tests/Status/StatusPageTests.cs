using System.Text;
using Ropewalk.Cli.Status;

namespace Ropewalk.Cli.Tests.Status;

public sealed class StatusPageTests
{
    [Fact]
    public void The_page_is_as_it_was() => GoldenText.Check(Path.Combine("status", "page.html"), StatusPageHtml.Page(SampleStatus.View));

    [Fact]
    public void The_json_is_as_it_was() => GoldenText.Check(Path.Combine("status", "status.json"), Encoding.UTF8.GetString(StatusJson.Write(SampleStatus.View)) + "\n");

    [Fact]
    public void Names_are_text_and_never_markup()
    {
        string page = StatusPageHtml.Page(SampleStatus.View);
        Assert.Contains("old &lt;site&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<site>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_inline_and_nothing_comes_from_elsewhere()
    {
        string page = StatusPageHtml.Page(SampleStatus.View);
        Assert.DoesNotContain(" style=", page, StringComparison.Ordinal);
        Assert.DoesNotContain(" onclick", page, StringComparison.Ordinal);
        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "0.98 KiB")]
    [InlineData(1024, "1.00 KiB")]
    [InlineData(123456, "121 KiB")]
    [InlineData(12345678, "11.8 MiB")]
    [InlineData(1e18, "888 PiB")]
    public void Bytes_have_three_figures(double bytes, string expected) => Assert.Equal(expected, StatusText.Bytes(bytes).Replace('\u00a0', ' '));
}
