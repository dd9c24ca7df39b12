using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Tests.Static.Wire;

public sealed class ListingPageTests
{
    [Fact]
    public void A_name_stays_text_and_its_link_stays_in_the_folder()
    {
        string page = Render("/", new SiteEntry("<script>alert('x')<script>\".html", false, 1, 0));
        Assert.DoesNotContain("<script", page);
        Assert.Contains("<span>&lt;script&gt;alert(&#39;x&#39;)&lt;script&gt;&quot;.html</span>", page);
        Assert.Contains("<a href=\"/%3Cscript%3Ealert(%27x%27)%3Cscript%3E%22.html\">", page);
    }

    [Theory]
    [InlineData("javascript:alert(1)", "/javascript:alert(1)")]
    [InlineData("a b", "/a%20b")]
    [InlineData("100%", "/100%25")]
    [InlineData("a?b#c", "/a%3Fb%23c")]
    [InlineData("a&b", "/a%26b")]
    [InlineData("été", "/%C3%A9t%C3%A9")]
    [InlineData("\"onmouseover=x", "/%22onmouseover=x")]
    public void Links_are_absolute_paths(string name, string href)
    {
        string page = Render("/", new SiteEntry(name, false, 1, 0));
        Assert.Contains($"<td><a href=\"{href}\">", page);
    }

    [Fact]
    public void Marks_that_turn_the_direction_of_writing_are_made_visible()
    {
        string page = Render("/", new SiteEntry("photo\u202Egpj.exe", false, 1, 0));
        Assert.DoesNotContain('\u202E', page);
        Assert.Contains("photo\uFFFDgpj.exe", page);
        Assert.Contains("/photo%E2%80%AEgpj.exe", page);
    }

    [Fact]
    public void Its_policy_allows_its_own_sheet_and_nothing_else()
    {
        string page = Render("/a/", new SiteEntry("x", true, 0, 0));
        string sheet = Regex.Match(page, "<style>(.*?)</style>", RegexOptions.Singleline).Groups[1].Value;
        string hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(sheet)));
        Assert.Contains($"style-src 'sha256-{hash}'", ListingPage.ContentSecurityPolicy);
        Assert.StartsWith("default-src 'none'", ListingPage.ContentSecurityPolicy);
        Assert.DoesNotContain("style=", page);
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("http:", page);
    }

    [Fact]
    public void Breadcrumbs_lead_to_each_folder_above()
    {
        string page = Render("/a%20b/c/", new SiteEntry("x", false, 0, 0));
        Assert.Contains("<h1><a href=\"/\">Home</a><i>/</i><a href=\"/a%20b/\">a b</a><i>/</i>c</h1>", page);
        Assert.Contains("href=\"../\"", page);
        Assert.Contains("<title>/a b/c</title>", page);
        Assert.DoesNotContain("href=\"../\"", Render("/", new SiteEntry("x", false, 0, 0)));
    }

    [Fact]
    public void A_chosen_order_is_shown_and_stays_on_the_way_down()
    {
        string page = Render("/a/", new ListingOrder(ListingColumn.Size, Descending: true), new SiteEntry("x", true, 0, 0));
        Assert.Contains("<a href=\"?sort=size&amp;order=asc\">Size</a> <b>↓</b>", page);
        Assert.Contains("<a href=\"?sort=name&amp;order=asc\">Name</a></th>", page);
        Assert.Contains("<a href=\"/a/x/?sort=size&amp;order=desc\">", page);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(9949, "9.9 kB")]
    [InlineData(9950, "10 kB")]
    [InlineData(999_499, "999 kB")]
    [InlineData(999_500, "1.0 MB")]
    [InlineData(1_500_000_000, "1.5 GB")]
    [InlineData(long.MaxValue, "9.2 EB")]
    public void Sizes_are_short(long bytes, string expected) =>
        Assert.Contains($"<td class=\"s\">{expected}</td>", Render("/", new SiteEntry("x", false, bytes, 0)));

    [Fact]
    public void Says_how_much_there_is()
    {
        Assert.Contains("<p>1 folder, 2 files</p>", Render("/", new SiteEntry("a", true, 0, 0), new SiteEntry("b", false, 0, 0), new SiteEntry("c", false, 0, 0)));
        Assert.Contains("<p>1 file</p>", Render("/", new SiteEntry("a", false, 0, 0)));
        Assert.Contains("<p>Nothing here.</p>", Render("/"));
        Assert.Contains("1985-10-26 08:21", Render("/", new SiteEntry("a", false, 0, 499_162_860_000_000_000)));
    }

    private static string Render(string folder, params SiteEntry[] entries) => Render(folder, default, entries);

    private static string Render(string folder, ListingOrder order, params SiteEntry[] entries)
    {
        Assert.True(SitePath.TryParse(folder, out SitePath? path, out _));
        ArrayBufferWriter<byte> output = new();
        ListingPage page = new(path, order);
        page.WriteStart(output);
        foreach (SiteEntry entry in entries) page.WriteEntry(output, entry);
        int folders = entries.Count(e => e.IsFolder);
        page.WriteEnd(output, folders, entries.Length - folders, truncated: false);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
