using Ropewalk.Security.Precis;

namespace Ropewalk.Tests.Security.Precis;

public sealed class CanonicalCompositionTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("e\u0301", "\u00e9")]
    [InlineData("\u00e9", "\u00e9")]
    [InlineData("a\u0323\u0302", "\u1ead")] // dot below and circumflex: one letter
    [InlineData("a\u0302\u0323", "\u1ead")] // in either order
    [InlineData("\u00e2\u0323", "\u1ead")] // and with one of them composed already
    [InlineData("q\u0307\u0323", "q\u0323\u0307")] // ordered, nothing to compose
    [InlineData("\u212b", "\u00c5")] // Angstrom is a singleton
    [InlineData("\u2126", "\u03a9")]
    [InlineData("\u0958", "\u0915\u093c")] // excluded from composition
    [InlineData("\u0344", "\u0308\u0301")] // a mark that is two
    [InlineData("\u1112\u1161\u11ab", "\ud55c")] // Hangul
    [InlineData("\ud558\u11ab", "\ud55c")]
    [InlineData("\ud55c\u11ab", "\ud55c\u11ab")]
    [InlineData("a\u0308\u0308", "\u00e4\u0308")]
    [InlineData("a\u0315\u0300", "\u00e0\u0315")]
    [InlineData("a\u05ae\u0300", "\u00e0\u05ae")]
    [InlineData("\U0001d15e", "\U0001d157\U0001d165")]
    [InlineData("\ufb1d", "\u05d9\u05b4")]
    [InlineData("\uf900", "\u8c48")]
    public void Composes(string text, string expected) => Assert.Equal(expected, CanonicalComposition.Compose(text));

    [Fact]
    public void WhatIsComposedStaysSo()
    {
        var random = new Random(7);
        for (int i = 0; i < 5000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => RandomPoint(random)));
            string once = CanonicalComposition.Compose(text);
            Assert.Equal(once, CanonicalComposition.Compose(once));
        }
    }

    private static string RandomPoint(Random random)
    {
        int[] from = [0x41, 0xc0, 0x300, 0x1100, 0x1161, 0x11a7, 0xac00, 0x1e00, 0x900, 0x591];
        return char.ConvertFromUtf32(from[random.Next(from.Length)] + random.Next(64));
    }
}
