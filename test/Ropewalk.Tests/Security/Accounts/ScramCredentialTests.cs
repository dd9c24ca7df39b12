using System.Security.Cryptography;
using Ropewalk.Security.Accounts;

namespace Ropewalk.Tests.Security.Accounts;

public sealed class ScramCredentialTests
{
    private static readonly byte[] Salt = Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ==");

    // Calculated by Python's hashlib and hmac, with the salt and the password of RFC 7677 §3.
    [Fact]
    public void TheKeysAreThoseOfAnotherImplementation()
    {
        ScramCredential credential = ScramCredential.Create("pencil", Salt, 4096)!;
        Assert.Equal("WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=", Convert.ToBase64String(credential.StoredKey));
        Assert.Equal("wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=", Convert.ToBase64String(credential.ServerKey));
    }

    [Theory]
    [InlineData("pencil", "pencil", true)]
    [InlineData("pencil", "Pencil", false)]
    [InlineData("pencil", "pencil ", false)]
    [InlineData("pass\u00a0word", "pass word", true)]
    [InlineData("pass\u3000word", "pass word", true)]
    [InlineData("re\u0301sume\u0301", "r\u00e9sum\u00e9", true)]
    [InlineData("\uff21", "A", false)] // width stays
    [InlineData("\u2163", "IV", false)]
    [InlineData("\U0001f600", "\U0001f600", true)]
    [InlineData("-", "a\0", false)]
    public void PasswordsAreComparedAsPrepared(string stored, string typed, bool isRight) =>
        Assert.Equal(isRight, ScramCredential.Create(stored, Salt, 1)!.Verify(typed));

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("\u200b")]
    [InlineData("\ue000")]
    [InlineData("\u2028")]
    public void WhatIsNoPasswordMakesNone(string text)
    {
        Assert.False(ScramCredential.IsPassword(text));
        Assert.Null(ScramCredential.Create(text, Salt, 1));
        Assert.False(ScramCredential.Create("-", Salt, 1)!.Verify(text));
    }

    [Fact]
    public void PasswordsAreBounded()
    {
        Assert.True(ScramCredential.IsPassword(new string('x', 1020)));
        Assert.False(ScramCredential.IsPassword(new string('x', 1021)));
        Assert.False(ScramCredential.IsPassword(new string('é', 511)));

        // no attribute can hold half a character
        Assert.False(ScramCredential.IsPassword("a\ud800"));
        Assert.False(ScramCredential.IsPassword("\udc00\ud800"));
    }

    [Fact]
    public void SaltsDifferAndNothingIsShown()
    {
        using var random = RandomNumberGenerator.Create();
        ScramCredential one = ScramCredential.Create("pencil", random, 1)!;
        ScramCredential two = ScramCredential.Create("pencil", random, 1)!;
        Assert.False(one.Salt.SequenceEqual(two.Salt));
        Assert.False(one.StoredKey.SequenceEqual(two.StoredKey));
        Assert.Equal("SCRAM-SHA-256, 1 iterations", one.ToString());
    }

    [Fact]
    public void OnlyWhatCanBeOneIsRestored()
    {
        byte[] key = new byte[32];
        Assert.True(ScramCredential.TryRestore(Salt, 1, key, key, out _));
        Assert.False(ScramCredential.TryRestore([], 1, key, key, out _));
        Assert.False(ScramCredential.TryRestore(Salt, 0, key, key, out _));
        Assert.False(ScramCredential.TryRestore(Salt, 10_000_001, key, key, out _));
        Assert.False(ScramCredential.TryRestore(Salt, 1, key.AsSpan(1), key, out _));
        Assert.False(ScramCredential.TryRestore(Salt, 1, key, new byte[33], out _));
    }
}
