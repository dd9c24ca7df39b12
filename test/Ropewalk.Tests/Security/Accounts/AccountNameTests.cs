using System.Text;
using Ropewalk.Security.Accounts;

namespace Ropewalk.Tests.Security.Accounts;

public sealed class AccountNameTests
{
    [Theory]
    [InlineData("Alice", "alice")]
    [InlineData("a.b+c_1@x", "a.b+c_1@x")]
    [InlineData("\uff21lice", "alice")] // full width
    [InlineData("\uff76", "\u30ab")] // half width
    [InlineData("JOSE\u0301", "jos\u00e9")]
    [InlineData("Jos\u00c9", "jos\u00e9")]
    [InlineData("\u0391\u03a9", "\u03b1\u03c9")]
    [InlineData("\u05d0\u05d11", "\u05d0\u05d11")]
    [InlineData("\u4e2d\u6587", "\u4e2d\u6587")]
    public void ANameHasOneCanonicalFormAndItsOwnSpelling(string text, string canonical)
    {
        AccountName name = AccountName.Parse(text);
        Assert.Equal(text, name.Display);
        Assert.Equal(text, name.ToString());
        Assert.Equal(canonical, name.Canonical);
        Assert.Equal(AccountName.Parse(canonical), name);
        Assert.Equal(AccountName.Parse(canonical).GetHashCode(), name.GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a\u00a0b")]
    [InlineData("a\u3000b")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    [InlineData("\x7f")]
    [InlineData("a\u200bb")] // zero width
    [InlineData("a\u200db")] // joiner
    [InlineData("a\u202eb")] // turns the direction
    [InlineData("a\u00adb")] // soft hyphen
    [InlineData("\ufb01")] // a ligature
    [InlineData("\u00b2")]
    [InlineData("\u2163")]
    [InlineData("\U0001f600")]
    [InlineData("\ue000")]
    [InlineData("\u0378")] // unassigned
    [InlineData("\u0301a")] // a mark without a letter
    [InlineData("a\ufe0f")]
    [InlineData("\u1100\u1100")] // Jamo that make no syllable
    [InlineData("a\u05d0")] // two directions
    [InlineData("\u05d0a")]
    [InlineData("1\u05d0")]
    [InlineData("\u0627\u06611")] // two kinds of digits
    [InlineData("\u05d0-")]
    public void WhatIsNoNameDoesNotExist(string text)
    {
        Assert.False(AccountName.TryParse(text, out _));
        Assert.Contains("Not the name of an account", Assert.Throws<FormatException>(() => AccountName.Parse(text)).Message);
    }

    [Fact]
    public void ANameHas64Bytes()
    {
        Assert.True(AccountName.TryParse(new string('a', 64), out _));
        Assert.False(AccountName.TryParse(new string('a', 65), out _));
        Assert.True(AccountName.TryParse(new string('é', 32), out _));
        Assert.False(AccountName.TryParse(new string('é', 33), out _));
        Assert.False(AccountName.TryParse(null, out _));
        Assert.False(AccountName.TryParse("a\ud800", out _));
        Assert.False(AccountName.TryParse("\udc00\ud800", out _));
    }

    [Fact]
    public void CanonicalFormsAreStable()
    {
        var random = new Random(3);
        int names = 0;
        for (int i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder();
            for (int n = random.Next(1, 6); n > 0; n--)
            {
                text.Append((char)random.Next(random.Next(2) == 0 ? 0x500 : 0x10000));
            }

            if (AccountName.TryParse(text.ToString(), out AccountName? name))
            {
                names++;
                Assert.Equal(name.Canonical, AccountName.Parse(name.Canonical).Canonical);
            }
        }

        Assert.True(names > 1000, $"{names} names");
    }
}
