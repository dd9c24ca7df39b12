using System.Text;
using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Network.Commands;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Tests.Irc.Network;

/// <summary>Each command of the table with everything that it does not expect: never an exception, never an end, always well-formed lines.</summary>
public sealed class CommandTableTests
{
    // A parameter each: what is there, what is not, and what cannot be.
    private static readonly string[] Parameters =
    [
        "#x", "b", "nobody", "#none", "+o", "*", "x", "1", new string('a', 60), "é", "a,b,c", "#x,#x,#none", ",", "@#x", "@#none", "%cuhsnfdlaort,123", "timestamp=2030-01-01T00:00:00.000Z",
        "timestamp=9999-12-31T23:59:59.999Z", "msgid=x", "+bbb", "0", "999999999999", "-1", "~", "a!b@c", "NickServ", "irc.test", "+", "-", "+eIk", "\u0001ACTION\u0001", "%", "R:x", "10.0.0.0/8", "10.1.2.3/8", "$", ";",
        "LATEST", "BETWEEN", "TARGETS", "REGISTER", "IDENTIFY", "SET", "CERT", "LS", "REQ", "PLAIN", "S", "ACCESS",
    ];

    private static readonly string[] LastParameters = [":", ": ", ":a b", "::", ": x ", ":" + new string('z', 390), ":é" + string.Concat(Enumerable.Repeat("ü", 195)), ":#x b", ":\u0002\u007f", ":,"];

    private static readonly string[] Kinds = ["unregistered", "nick only", "registered", "operator", "capable"];

    private static readonly HashSet<string> Enders = ["QUIT", "KILL", "KLINE"];

    public static TheoryData<string> Names => [.. IrcCommands.All.Select(command => command.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void AnyParametersGetWellFormedAnswersAndNoEnd(string name)
    {
        foreach (string kind in Kinds)
        {
            foreach (string line in Lines(name))
            {
                var bench = new NetworkBench();
                NetworkBench.Link other = bench.Register("b");
                bench.Send(other, "JOIN #x");
                NetworkBench.Link link = Prepare(bench, kind);
                bench.Send(link, line);
                link.Take();
                other.Take();
                bench.CheckState();
                Assert.True(!link.IsClosed || Enders.Contains(name), line);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TooFewParametersAre461(string name)
    {
        IrcCommand command = IrcCommands.Find(Encoding.ASCII.GetBytes(name))!;
        int fewest = command.Use.HasFlag(IrcCommandUse.OwnCheck) ? 0 : command.FewestParameters;
        for (int count = 0; count < fewest; count++)
        {
            var bench = new NetworkBench();
            NetworkBench.Link link = command.Use.HasFlag(IrcCommandUse.BeforeRegistration) ? bench.Connect() : bench.Register("a");
            bench.Send(link, name + string.Concat(Enumerable.Repeat(" x", count)));
            IrcMessage reply = Assert.Single(link.Take());
            Assert.Equal((461, name), (reply.Numeric, reply[1]));
        }
    }

    [Theory]
    [InlineData("NICK", 431)]
    [InlineData("NICK :", 431)]
    [InlineData("NICK :a b", 432)]
    [InlineData("PRIVMSG", 411)]
    [InlineData("PRIVMSG b", 412)]
    [InlineData("PRIVMSG b :", 412)]
    [InlineData("PRIVMSG nobody :x", 401)]
    [InlineData("PRIVMSG #none :x", 403)]
    [InlineData("PRIVMSG #x :x", 404)]
    [InlineData("PRIVMSG b,b,b,b,b :x", 407)]
    [InlineData("TAGMSG b", 421)]
    [InlineData("JOIN x", 476)]
    [InlineData("JOIN #", 476)]
    [InlineData("PART #none", 403)]
    [InlineData("PART #x", 442)]
    [InlineData("TOPIC #none", 403)]
    [InlineData("TOPIC #x :new", 442)]
    [InlineData("KICK #none b", 403)]
    [InlineData("KICK #x b", 442)]
    [InlineData("INVITE b", 461)]
    [InlineData("INVITE nobody #x", 401)]
    [InlineData("INVITE b #none", 403)]
    [InlineData("INVITE b #x", 442)]
    [InlineData("MODE #none", 403)]
    [InlineData("MODE #x +o b", 482)]
    [InlineData("MODE #x +n", 482)]
    [InlineData("MODE #x +Y", 472)]
    [InlineData("MODE b", 502)]
    [InlineData("MODE nobody", 401)]
    [InlineData("MODE a +Y", 501)]
    [InlineData("WHOIS", 431)]
    [InlineData("WHOWAS", 431)]
    [InlineData("WHOWAS nobody", 406)]
    [InlineData("PING", 409)]
    [InlineData("KNOCK #none", 403)]
    [InlineData("KNOCK #x", 713)]
    [InlineData("OPER", 461)]
    [InlineData("OPER nobody x", 491)]
    [InlineData("OPER root", 464)]
    [InlineData("KILL b", 481)]
    [InlineData("REHASH", 481)]
    [InlineData("WALLOPS", 461)]
    [InlineData("WALLOPS :x", 481)]
    [InlineData("DIE", 481)]
    [InlineData("STATS k", 481)]
    [InlineData("AUTHENTICATE PLAIN", 904)]
    [InlineData("HELP nothing", 524)]
    [InlineData("MONITOR x", 400)]
    [InlineData("BLAH", 421)]
    [InlineData("123", 421)]
    [InlineData("a-b", 421)]
    [InlineData(":x", 421)]
    [InlineData("@x=1", 421)]
    public void AMistakeGetsItsNumeric(string line, int numeric)
    {
        var bench = new NetworkBench();
        NetworkBench.Link other = bench.Register("b");
        bench.Send(other, "JOIN #x");
        NetworkBench.Link link = bench.Register("a");
        bench.Send(link, line);
        IrcMessage first = link.Take().First(message => message.Numeric >= 400);
        Assert.Equal((numeric, "a"), (first.Numeric, first[0]));
    }

    [Theory]
    [InlineData("NOTICE")]
    [InlineData("NOTICE b")]
    [InlineData("NOTICE nobody :x")]
    [InlineData("NOTICE #none :x")]
    [InlineData("NOTICE #x :x")]
    [InlineData("NOTICE NickServ :HELP")]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("PONG")]
    public void ToSomeThereIsNoAnswer(string line)
    {
        var bench = new NetworkBench();
        NetworkBench.Link other = bench.Register("b");
        bench.Send(other, "JOIN #x");
        NetworkBench.Link link = bench.Register("a");
        bench.Send(link, line);
        Assert.Empty(link.Take());
    }

    [Fact]
    public void EachLetterOfAModeCostsAtMostALineAndEachListIsSentOnce()
    {
        var bench = new NetworkBench();
        NetworkBench.Link link = bench.Register("a");
        bench.Send(link, "JOIN #x");
        for (int i = 0; i < 20; i++)
        {
            bench.Send(link, FormattableString.Invariant($"MODE #x +b mask{i}!*@*"));
        }

        link.Take();
        bench.Send(link, "MODE #x " + new string('b', 400));
        Assert.Equal(21, link.Take().Count);
        bench.Send(link, "MODE #x +" + new string('Y', 400));
        Assert.InRange(link.Take().Count, 1, 64);
    }

    [Fact]
    public void AServiceNamedTwiceInOneMessageTakesOne()
    {
        var bench = new NetworkBench();
        NetworkBench.Link link = bench.Register("a");
        bench.Send(link, "PRIVMSG NickServ,ChanServ,NickServ :INFO");
        Assert.Contains(link.Take(), message => message.Numeric == 407);
    }

    private static NetworkBench.Link Prepare(NetworkBench bench, string kind)
    {
        if (kind is "unregistered" or "nick only")
        {
            NetworkBench.Link young = bench.Connect();
            bench.Send(young, kind == "unregistered" ? "" : "NICK a");
            young.Take();
            return young;
        }

        NetworkBench.Link link = bench.Register("a", kind == "capable" ? (IrcClientCapabilities)0x3F_FFFF : IrcClientCapabilities.None);
        bench.Send(link, "JOIN #x");
        if (kind == "operator")
        {
            bench.MakeOperator(link);
        }

        link.Take();
        return link;
    }

    private static IEnumerable<string> Lines(string name)
    {
        yield return name;
        yield return name + " ";
        foreach (string last in LastParameters)
        {
            yield return $"{name} {last}";
            yield return $"{name} #x {last}";
            yield return $"@label=l;+a=b;+é=x;+ {name} b {last}";
        }

        foreach (string one in Parameters)
        {
            yield return $"{name} {one}";
            yield return $"{name} #x {one}";
            yield return $"{name} b {one} :x y";
            yield return $"{name} {one} #x 10 :x y";
        }

        var random = new Random(name.Length + name[0]);
        for (int i = 0; i < 150; i++)
        {
            IEnumerable<string> some = Enumerable.Range(0, random.Next(1, 16)).Select(_ => Parameters[random.Next(Parameters.Length)]);
            yield return $"{(i % 3 == 0 ? "@label=q " : "")}{name} {string.Join(' ', some)}{(i % 2 == 0 ? "" : " " + LastParameters[random.Next(LastParameters.Length)])}";
        }

        yield return $"{name} {new string('x', 400)}";
        yield return $"{name} x {new string('x', 400)}";
        yield return $"{name} {string.Concat(Enumerable.Repeat("é", 200))}";
        yield return $"{name} {new string('x', 1000)}";
    }
}
