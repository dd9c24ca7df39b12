using System.Text;
using Ropewalk.Chat.Irc.Network;

namespace Ropewalk.Chat.Tests.Irc.Network;

/// <summary>Masks match characters, not bytes, and fold what the server's CASEMAPPING folds.</summary>
public sealed class IrcMaskTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("*", "", true)]
    [InlineData("?", "", false)]
    [InlineData("?", "a", true)]
    [InlineData("?", "é", true)]
    [InlineData("?", "€", true)]
    [InlineData("?", "🙂", true)]
    [InlineData("??", "é", false)]
    [InlineData("??", "éa", true)]
    [InlineData("?", "ab", false)]
    [InlineData("a?c", "a🙂c", true)]
    [InlineData("a??c", "a🙂c", false)]
    [InlineData("*?", "🙂", true)]
    [InlineData("*??", "🙂", false)]
    [InlineData("*??", "x🙂", true)]
    [InlineData("?*?", "é€", true)]
    [InlineData("?*?", "€", false)]
    [InlineData("*é?", "aéé€", true)]
    [InlineData("*a*b?", "xaybz", true)]
    [InlineData("*a*b?", "xaybé", true)]
    [InlineData("*a*b?", "xayb", false)]
    [InlineData("NICK!*@*.Example", "nick!u@host.example", true)]
    [InlineData("É", "é", false)]
    [InlineData("a[b]", "a{b}", false)]
    [InlineData("a\\^", "a|~", false)]
    [InlineData("a[b]", "A[B]", true)]
    public void AMaskMatches(string mask, string text, bool matches) => Assert.Equal(matches, IrcMask.Matches(Encoding.UTF8.GetBytes(mask), Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void ManyStarsTakeNoLongTime()
    {
        byte[] mask = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("*é", 60)) + "x");
        byte[] text = Encoding.UTF8.GetBytes(new string('é', 250));
        Assert.False(IrcMask.Matches(mask, text));
    }

    [Fact]
    public void NamesThatDifferForTheServerDifferForABan()
    {
        var bench = new NetworkBench();
        NetworkBench.Link op = bench.Register("op");
        bench.Send(op, "JOIN #x");
        bench.Send(op, "MODE #x +b a[b]!*@*");
        NetworkBench.Link banned = bench.Register("A[b]");
        NetworkBench.Link other = bench.Register("a{b}");
        bench.Send(banned, "JOIN #x");
        bench.Send(other, "JOIN #x");
        Assert.Equal(474, banned.Take()[0].Numeric);
        Assert.Equal("JOIN", other.Take()[0].Command);
    }
}
