using System.Text;
using System.Text.Json;
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
    public void What_peers_have_sent_is_text_in_the_page_and_in_the_json()
    {
        string page = StatusPageHtml.Page(SampleStatus.View), json = Encoding.UTF8.GetString(StatusJson.Write(SampleStatus.View));
        Assert.Contains("<code>&lt;script&gt;alert(1)&lt;/script&gt;\ufffd\ufffdgro.</code>", page, StringComparison.Ordinal);
        Assert.Contains("<code>&quot;&#39;&amp;.</code>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", json, StringComparison.Ordinal);
        Assert.DoesNotContain(page + json, letter => char.IsControl(letter) && letter is not ('\n' or '\r'));
        using JsonDocument parsed = JsonDocument.Parse(json);
        JsonElement part = parsed.RootElement.GetProperty("parts")[0];
        Assert.Equal(1_234_567, part.GetProperty("figures").GetProperty("queries").GetInt64());
        Assert.Equal("<script>alert(1)</script>\u001b\u202egro.", part.GetProperty("tables").GetProperty("topNames")[1].GetProperty("queryName").GetString());
        Assert.Equal(0, part.GetProperty("tables").GetProperty("topClients").GetArrayLength());
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
