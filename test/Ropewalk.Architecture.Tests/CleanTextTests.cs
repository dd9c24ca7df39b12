using Ropewalk.Architecture.Tests.Rules;

namespace Ropewalk.Architecture.Tests;

public sealed class CleanTextTests
{
    [Fact]
    public void The_text_is_for_strangers() =>
        Check.Holds("No machine paths, registry hosts, private keys or talk about the making.", CleanText.Find(Repository.Files));

    // Written in two halves, so that this file keeps the rule.
    [Theory]
    [InlineData("cd /wo" + "rk/main", "a path of one machine")]
    [InlineData("ls /ro" + "ot/x", "a path of one machine")]
    [InlineData("C:\\Us" + "ers\\me", "a path of one machine")]
    [InlineData("https://api.nug" + "et.org/v3/index.json", "a package registry")]
    [InlineData("as the coordin" + "ator said", "how this was made")]
    [InlineData("-----BEGIN PRIVATE KE" + "Y-----\nMIIEvQIBADANBgkqhkiG9w", "a private key")]
    public void What_is_not_for_strangers_is_caught(string text, string words) => Check.Catches(words, CleanText.Find([new("docs/a.md", text)]));

    [Theory]
    [InlineData("GET /a/work/b HTTP/1.1, docs/work/x, https://example.org/root/ and a session's root")]
    public void Plain_words_are_not(string text) => Assert.Empty(CleanText.Find([new("docs/a.md", text)]));
}
