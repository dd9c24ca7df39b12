using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Tests.Static.Wire;

public sealed class SitePathTests
{
    [Theory]
    [InlineData("/", "", true, "/")]
    [InlineData("/a", "a", false, "/a")]
    [InlineData("/a/", "a", true, "/a/")]
    [InlineData("/a/b.txt", "a/b.txt", false, "/a/b.txt")]
    [InlineData("/a%20b", "a b", false, "/a%20b")]
    [InlineData("/%61", "a", false, "/a")]
    [InlineData("/%C3%A9t%c3%a9", "été", false, "/%C3%A9t%C3%A9")]
    [InlineData("/a..b/c..", "a..b/c..", false, "/a..b/c..")]
    [InlineData("/100%25", "100%", false, "/100%25")]
    [InlineData("/%252e%252e", "%2e%2e", false, "/%252e%252e")]
    [InlineData("/a:b@c!$()*+,;=", "a:b@c!$()*+,;=", false, "/a:b@c!$()*+,;=")]
    [InlineData("/%23%3F%26%27%22", "#?&'\"", false, "/%23%3F%26%27%22")]
    [InlineData("/.well-known/acme-challenge/x", ".well-known/acme-challenge/x", false, "/.well-known/acme-challenge/x")]
    public void Parses_what_is_well_formed(string target, string relative, bool isFolder, string text)
    {
        Assert.True(SitePath.TryParse(target, out SitePath? path, out SitePathError error));
        Assert.Equal(SitePathError.None, error);
        Assert.Equal(relative, path.Relative);
        Assert.Equal(isFolder, path.IsFolder);
        Assert.Equal(text, path.Text);
    }

    [Theory]
    [InlineData("", SitePathError.Malformed)]
    [InlineData("a", SitePathError.Malformed)]
    [InlineData("*", SitePathError.Malformed)]
    [InlineData("/%", SitePathError.Malformed)]
    [InlineData("/%2", SitePathError.Malformed)]
    [InlineData("/%zz", SitePathError.Malformed)]
    [InlineData("/%+1", SitePathError.Malformed)]
    [InlineData("/a%00.html", SitePathError.Malformed)]
    [InlineData("/a\0", SitePathError.Malformed)]
    [InlineData("/a%0a", SitePathError.Malformed)]
    [InlineData("/a%7f", SitePathError.Malformed)]
    [InlineData("/a%c2%85", SitePathError.Malformed)]
    [InlineData("/a\\b", SitePathError.Malformed)]
    [InlineData("/a%5cb", SitePathError.Malformed)]
    [InlineData("/..%5c..%5cetc", SitePathError.Malformed)]
    [InlineData("/a%2fb", SitePathError.Malformed)]
    [InlineData("/..%2fetc", SitePathError.Malformed)]
    [InlineData("/a#b", SitePathError.Malformed)]
    [InlineData("/é", SitePathError.Malformed)]
    [InlineData("/%c0%ae%c0%ae/", SitePathError.Malformed)]
    [InlineData("/%e0%80%ae", SitePathError.Malformed)]
    [InlineData("/%f0%80%80%ae", SitePathError.Malformed)]
    [InlineData("/%c0%af", SitePathError.Malformed)]
    [InlineData("/%ed%a0%80", SitePathError.Malformed)]
    [InlineData("/%ff", SitePathError.Malformed)]
    [InlineData("/..", SitePathError.NotNormalized)]
    [InlineData("/../etc/passwd", SitePathError.NotNormalized)]
    [InlineData("/a/../b", SitePathError.NotNormalized)]
    [InlineData("/%2e%2e/etc", SitePathError.NotNormalized)]
    [InlineData("/.%2E/etc", SitePathError.NotNormalized)]
    [InlineData("/./a", SitePathError.NotNormalized)]
    [InlineData("/a/.", SitePathError.NotNormalized)]
    [InlineData("//etc/passwd", SitePathError.NotNormalized)]
    [InlineData("/a//b", SitePathError.NotNormalized)]
    [InlineData("/a//", SitePathError.NotNormalized)]
    [InlineData("/.git/config", SitePathError.Hidden)]
    [InlineData("/%2egit/config", SitePathError.Hidden)]
    [InlineData("/a/.htpasswd", SitePathError.Hidden)]
    [InlineData("/...", SitePathError.Hidden)]
    [InlineData("/a/.well-known/x", SitePathError.Hidden)]
    [InlineData("/.well-known/.x", SitePathError.Hidden)]
    public void Refuses_what_is_not(string target, SitePathError expected)
    {
        Assert.False(SitePath.TryParse(target, out SitePath? path, out SitePathError error));
        Assert.Null(path);
        Assert.Equal(expected, error);
    }

    [Fact]
    public void Refuses_what_is_longer_than_a_name_can_be()
    {
        Assert.True(SitePath.TryParse("/" + new string('a', 255), out _, out _));
        Assert.False(SitePath.TryParse("/" + new string('a', 256), out _, out SitePathError segment));
        Assert.Equal(SitePathError.TooLong, segment);
        Assert.False(SitePath.TryParse(string.Concat(Enumerable.Repeat("/abc", 1025)), out _, out SitePathError path));
        Assert.Equal(SitePathError.TooLong, path);
    }

    [Theory]
    [InlineData("/a?b=c?d", "/a", "b=c?d")]
    [InlineData("/a", "/a", "")]
    [InlineData("http://h:80/a/b?c", "/a/b", "c")]
    [InlineData("HTTPS://h?q", "/", "q")]
    [InlineData("http://h", "/", "")]
    [InlineData("ftp://h/x", "ftp://h/x", "")]
    [InlineData("*", "*", "")]
    public void Takes_path_and_query_out_of_a_target(string target, string path, string query)
    {
        Assert.Equal(path, SitePath.PathOf(target).ToString());
        Assert.Equal(query, SitePath.QueryOf(target).ToString());
    }

    [Fact]
    public void A_canonical_text_parses_to_the_same_path()
    {
        const int seed = 20261;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        const string alphabet = "ab/.%25eEcC0Ff\\é\0?#&'\"<> ~-_";
        int parsed = 0;
        for (int i = 0; i < 30_000; i++)
        {
            string text = "/" + new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            if (!SitePath.TryParse(text, out SitePath? path, out _)) continue;
            parsed++;
            Assert.True(SitePath.TryParse(path.Text, out SitePath? again, out _));
            Assert.Equal(path, again);
            Assert.Equal(path.Relative, again.Relative);
            foreach (string segment in path.Relative.Split('/', StringSplitOptions.None))
            {
                Assert.DoesNotContain('\\', segment);
                Assert.DoesNotContain('\0', segment);
                Assert.True(path.Relative.Length == 0 || (segment.Length > 0 && segment[0] != '.'));
            }
        }
        Assert.True(parsed > 500, $"only {parsed} parsed");
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("a b", true)]
    [InlineData("", false)]
    [InlineData(".a", false)]
    [InlineData("..", false)]
    [InlineData("a/b", false)]
    [InlineData("a\\b", false)]
    [InlineData("a\nb", false)]
    public void Tells_which_names_can_be_reached(string name, bool expected)
    {
        Assert.Equal(expected, SitePath.IsSegment(name));
        if (!expected) Assert.Throws<ArgumentException>(() => SitePath.Root.Child(name));
        else Assert.Equal(name, SitePath.Root.Child(name).Relative);
    }
}
