using System.Buffers;
using System.Text;
using Ropewalk.Chat.Irc.Wire;
using Ropewalk.Framing;
using Ropewalk.Testing;

namespace Ropewalk.Chat.Tests.Irc.Wire;

public sealed class IrcMessageTests
{
    /// <summary>RFC 1459 §2.3.1, and IRCv3 message-tags: line, then what it means.</summary>
    public static TheoryData<string, string> Vectors => new()
    {
        { "PING", "PING" },
        { "ping :a b", "PING [a b]" },
        { ":irc.example 001 me :Welcome", "irc.example|001 [me] [Welcome]" },
        { ":n!u@h PRIVMSG #c ::-)", "n!u@h|PRIVMSG [#c] [:-)]" },
        { "  PRIVMSG   a    b   ", "PRIVMSG [a] [b]" },
        { "PRIVMSG a :", "PRIVMSG [a] []" },
        { "PRIVMSG a :  x ", "PRIVMSG [a] [  x ]" },
        { "A 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16", "A [1] [2] [3] [4] [5] [6] [7] [8] [9] [10] [11] [12] [13] [14] [15 16]" },
        { "@a=b;c;+d/e=f :s X", "@a=b;c;+d/e=f s|X" },
        { "@a=1;a=2 X", "@a=2 X" },
        { @"@k=a\:b\sc\\d\re\nf\xg\ X", @"@k=a\:b\sc\\d\re\nfxg X" },
        { "@;; X", "X" },
        { "@bad_key=1;ok X", "@ok X" },
        { "@a  :s  X", "@a s|X" },
        { "", "" },
        { "   ", "" },
        { "@a", "CommandMissing" },
        { ":s", "CommandMissing" },
        { "12 x", "CommandMalformed" },
        { "1234", "CommandMalformed" },
        { "PR1VMSG x", "CommandMalformed" },
        { "a\0b", "HoldsNul" },
        { "X a\rb", "BareCr" },
        { "X " + new string('a', 508), "X [" + new string('a', 508) + "]" },
        { "X " + new string('a', 509), "LineTooLong" },
        { "@" + new string('t', 8189) + " X", "@" + new string('t', 8189) + " X" },
        { "@" + new string('t', 8190) + " X", "TagsTooLong" },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void ALineMeansTheSameWholeAndByteByByte(string line, string meaning)
    {
        byte[] wire = Encoding.UTF8.GetBytes(line + "\r\nEND\n");
        Assert.Equal([meaning, "END"], DecoderFeed.Whole(new LineDecoder(20_000), wire, Describe));
        Assert.Equal([meaning, "END"], DecoderFeed.PerByte(new LineDecoder(20_000), wire, Describe));
    }

    [Fact]
    public void ANetworkMayAllowLongerLines()
    {
        byte[] line = Encoding.UTF8.GetBytes("X " + new string('a', 2000));
        Assert.Equal(IrcViolation.LineTooLong, IrcMessageView.Decode(line, 8191, out _));
        Assert.Equal(IrcViolation.None, IrcMessageView.Decode(line, 8191, 2048, out _));
    }

    [Theory]
    [InlineData("PRIVMSG", "#c", "a\r\nQUIT")]
    [InlineData("PRIVMSG", "#c", "a\0b")]
    [InlineData("PRIVMSG", "a b", "x")]
    [InlineData("PRIVMSG", ":a", "x")]
    [InlineData("PRIVMSG", "", "x")]
    [InlineData("PRIV MSG", "a", "x")]
    [InlineData("PRIVMSG\r\n", "a", "x")]
    public void WhatWouldBreakTheLineCannotBeMade(string command, string first, string last) =>
        Assert.Throws<FormatException>(() => new IrcMessage(command, first, last));

    [Fact]
    public void TagsAndSourcesCannotBreakTheLineEither()
    {
        Assert.Throws<FormatException>(() => new IrcTag("a b"));
        Assert.Throws<FormatException>(() => new IrcTag("a;b"));
        Assert.Throws<FormatException>(() => new IrcTag("a", "\0"));
        Assert.Throws<FormatException>(() => new IrcMessage([], new IrcSource("a\r\nb"), "X"));
        Assert.Equal(@"@a=x\r\ny\:\s\\ X", new IrcMessage([new IrcTag("a", "x\r\ny; \\")], default, "X").ToString());
    }

    [Fact]
    public void WhatIsEncodedIsDecodedAgain()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            IrcMessage message = Make(random);
            string again = IrcMessage.Parse(message.ToString()).ToString();
            Assert.Equal(message.ToString(), again);
            Assert.Equal(message.Parameters, IrcMessage.Parse(again).Parameters);
            Assert.Equal(message.Tags, IrcMessage.Parse(again).Tags);
        }
    }

    [Fact]
    public void NoiseIsNeverAnException()
    {
        string letters = "@:; =\\!#abAB019\r\n\0é+-/.";
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            byte[] wire = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(300)).Select(_ => letters[random.Next(letters.Length)])));
            wire = random.Next(3) == 0 ? [.. wire.Select(octet => random.Next(20) == 0 ? (byte)random.Next(256) : octet)] : wire;
            Assert.Equal(DecoderFeed.Whole(new LineDecoder(200), wire, Describe), DecoderFeed.Randomly(new LineDecoder(200), wire, Describe, random));
        }
    }

    [Theory]
    [InlineData("nick!user@host", "nick", "user", "host")]
    [InlineData("nick@host", "nick", null, "host")]
    [InlineData("nick!user", "nick", "user", null)]
    [InlineData("irc.example", "irc.example", null, null)]
    [InlineData("n!u!v@w@h", "n", "u!v@w", "h")]
    public void ASourceIsRead(string text, string name, string? user, string? host)
    {
        Assert.Equal(new IrcSource(name, user, host), IrcSource.Parse(text));
        Assert.Equal(text, IrcSource.Parse(text).ToString());
    }

    private static string Describe(ReadOnlySequence<byte> line)
    {
        IrcViolation violation = IrcMessageView.Decode(line.ToArray(), 8191, out IrcMessageView view);
        if (violation != IrcViolation.None)
        {
            return violation.ToString();
        }

        IrcMessage message = IrcMessage.Of(view);
        return (message.Tags.Count > 0 ? "@" + string.Join(';', message.Tags) + " " : "") + (message.Source.IsEmpty ? "" : message.Source + "|") + message.Command
            + string.Concat(message.Parameters.Select(parameter => $" [{parameter}]"));
    }

    private static IrcMessage Make(Random random)
    {
        const string Letters = "abz:;@!=\\ #é😀0\t";
        string Text(int most) => string.Concat(Enumerable.Range(0, random.Next(most)).Select(_ => Letters.EnumerateRunes().ElementAt(random.Next(Letters.EnumerateRunes().Count()))));
        string[] middle = [.. Enumerable.Range(0, random.Next(14)).Select(_ => "m" + Text(5).Replace(" ", "", StringComparison.Ordinal))];
        IrcTag[] tags = [.. Enumerable.Range(0, random.Next(4)).Select(i => new IrcTag($"t{i}", Text(8) + (random.Next(4) == 0 ? "\r\n" : "")))];
        return new IrcMessage(tags, random.Next(2) == 0 ? default : new IrcSource("n", "u", "h"), random.Next(2) == 0 ? "042" : "CMD", [.. middle, Text(12)]);
    }

    [Theory]
    [InlineData("PASS swordfish", "PASS ***")]
    [InlineData("AUTHENTICATE PLAIN", "AUTHENTICATE PLAIN")]
    [InlineData("AUTHENTICATE c3dvcmRmaXNo", "AUTHENTICATE ***")]
    [InlineData("REGISTER * a@b.c :sword fish", "REGISTER * a@b.c ***")]
    [InlineData("VERIFY ann swordfish", "VERIFY ann ***")]
    [InlineData("OPER ann swordfish", "OPER ann ***")]
    [InlineData("JOIN #a,#b swordfish", "JOIN #a,#b ***")]
    [InlineData(":a!b@c JOIN #a acc :Real Name", ":a!b@c JOIN #a acc :Real Name")]
    [InlineData("MODE #a +k swordfish", "MODE #a +k ***")]
    [InlineData("MODE #a +o ann", "MODE #a +o ann")]
    [InlineData("PRIVMSG nickserv@services.net :identify ann swordfish", "PRIVMSG nickserv@services.net :identify ***")]
    [InlineData("PRIVMSG NickServ :REGISTER swordfish a@b.c", "PRIVMSG NickServ :REGISTER ***")]
    [InlineData("PRIVMSG ann :identify yourself", "PRIVMSG ann :identify yourself")]
    [InlineData("NS IDENTIFY swordfish", "NS IDENTIFY ***")]
    [InlineData("@label=1 :a PRIVMSG #x :hello you", "@label=1 :a PRIVMSG #x :hello you")]
    public void WhatIsShownHasNoSecretsAndWhatIsSentHas(string line, string shown)
    {
        var message = IrcMessage.Parse(line);
        Assert.Equal(shown, message.ToString());
        var sent = new ArrayBufferWriter<byte>();
        new IrcMessageEncoder().Encode(message, sent);
        Assert.Equal(line + "\r\n", Encoding.UTF8.GetString(sent.WrittenSpan));
    }
}
