using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Tests.Static.Wire;

public sealed class MediaTypesTests
{
    [Theory]
    [InlineData("index.html", "text/html; charset=utf-8")]
    [InlineData("INDEX.HTM", "text/html; charset=utf-8")]
    [InlineData("a.js", "text/javascript; charset=utf-8")]
    [InlineData("a.mjs", "text/javascript; charset=utf-8")]
    [InlineData("a.css", "text/css; charset=utf-8")]
    [InlineData("a.json", "application/json")]
    [InlineData("a.svg", "image/svg+xml")]
    [InlineData("a.wasm", "application/wasm")]
    [InlineData("a.woff2", "font/woff2")]
    [InlineData("a.tar.gz", "application/gzip")]
    [InlineData("a.txt", "text/plain; charset=utf-8")]
    [InlineData("README", "application/octet-stream")]
    [InlineData("a.", "application/octet-stream")]
    [InlineData("a.unheard-of", "application/octet-stream")]
    [InlineData("", "application/octet-stream")]
    public void Tells_the_type_by_the_name(string name, string expected) => Assert.Equal(expected, MediaTypes.Of(name));

    [Fact]
    public void What_is_chosen_wins()
    {
        Dictionary<string, string> chosen = new(StringComparer.OrdinalIgnoreCase) { ["md"] = "text/plain", ["foo"] = "application/x-foo" };
        Assert.Equal("text/plain", MediaTypes.Of("a.MD", chosen));
        Assert.Equal("application/x-foo", MediaTypes.Of("a.foo", chosen));
        Assert.Equal("text/css; charset=utf-8", MediaTypes.Of("a.css", chosen));
    }
}
