using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Network.Commands;

namespace Ropewalk.Chat.Tests.Irc.Network;

/// <summary>Whoever asks for a secret channel from outside is told what is told of a channel that is not there, whatever the command and however the channel is set.</summary>
public sealed class SecretChannelTests
{
    // Each command that takes a channel, in all its forms; the channel is in the place of the braces.
    private static readonly string[] Forms =
    [
        "CHATHISTORY LATEST {0} * 10", "CHATHISTORY BEFORE {0} timestamp=2030-01-01T00:00:00.000Z 10", "CHATHISTORY BETWEEN {0} msgid=a msgid=b 10",
        "CHANSERV INFO {0}", "CS REGISTER {0}", "CS ACCESS {0}", "CS ACCESS {0} root +o", "CS OP {0} a", "CS TRANSFER {0} a", "CS DROP {0}",
        "PRIVMSG ChanServ :INFO {0}",
        "INVITE b {0}", "INVITE a {0}",
        "KICK {0} b", "KICK {0} nobody", "KICK {0} a,b :x",
        "KNOCK {0}", "KNOCK {0} :let me in",
        "LIST {0}", "LIST {0}*", "LIST #*",
        "MODE {0}", "MODE {0} b", "MODE {0} +b", "MODE {0} +o a", "MODE {0} -s", "MODE {0} +Y",
        "NAMES {0}", "NAMES {0},{0}",
        "NOTICE {0} :x", "NOTICE @{0} :x",
        "PART {0}", "PART {0} :bye",
        "PRIVMSG {0} :x", "PRIVMSG @{0} :x", "PRIVMSG {0} :\u0001VERSION\u0001",
        "TAGMSG {0}", "@+typing=active TAGMSG @{0}",
        "TOPIC {0}", "TOPIC {0} :new", "TOPIC {0} :",
        "WHO {0}", "WHO {0} %cuhsnfdlaort,1", "WHO {0} o",
        "WHOIS {0}", "WHOWAS {0}", "HELP {0}", "MONITOR + {0}", "ISON {0}",
    ];

    // A channel is joined, or its door is seen to be shut: JOIN alone cannot keep the secret.
    private static readonly HashSet<string> TellsItMust = ["JOIN"];

    private static readonly HashSet<string> TakesNone =
    [
        "ADMIN", "AUTHENTICATE", "AWAY", "CAP", "DIE", "DLINE", "INFO", "KILL", "KLINE", "LINKS", "LUSERS", "MOTD", "NICK", "NICKSERV", "NS", "OPER", "PASS", "PING", "PONG", "QUIT", "REGISTER",
        "REHASH", "SETNAME", "STATS", "TIME", "UNDLINE", "UNKLINE", "USER", "USERHOST", "VERIFY", "VERSION", "WALLOPS",
    ];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (string modes in new[] { "+snt", "+snti", "+sntk key", "+sntm", "+s-n+m", "+s-n+b *!*@*", "+s-n+M", "+sntl 1" })
            {
                foreach (string form in Forms)
                {
                    cases.Add(form, modes);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AStrangerIsToldWhatIsToldOfNone(string form, string modes)
    {
        // What a channel without +n takes from outside is delivered: that is no answer, and the next test's.
        string secret = Ask(form, "#sec", modes);
        Assert.Equal(Ask(form, "#non", modes), secret);
        Assert.DoesNotContain("#sec", secret, StringComparison.Ordinal);
    }

    [Fact]
    public void EachCommandIsInTheTable() =>
        Assert.Equal(
            IrcCommands.All.Select(command => command.Name).Order(),
            Forms.Select(form => form.Split(' ').First(word => word[0] != '@')).Concat(TakesNone).Concat(TellsItMust).Distinct().Order());

    [Theory]
    [InlineData("PRIVMSG #sec :x")]
    [InlineData("NOTICE #sec :x")]
    [InlineData("@+a=b TAGMSG #sec")]
    public void ASecretChannelThatIsOpenToOutsideTakesMessages(string line)
    {
        NetworkBench bench = Make("+s-n", out NetworkBench.Link member, out NetworkBench.Link stranger);
        bench.Send(stranger, line);
        Assert.Empty(stranger.Take());
        Assert.Equal("#sec", Assert.Single(member.Take())[0]);
    }

    [Theory]
    [InlineData("TOPIC #sec", 331)]
    [InlineData("KICK #sec a", 482)]
    [InlineData("MODE #sec", 324)]
    [InlineData("NAMES #sec", 353)]
    [InlineData("INVITE c #sec", 341)]
    public void WhoIsInItIsToldAsEver(string line, int numeric)
    {
        NetworkBench bench = Make("+snt", out _, out NetworkBench.Link stranger);
        bench.Register("c");
        bench.Send(stranger, "JOIN #sec");
        stranger.Take();
        bench.Send(stranger, line);
        Assert.Equal(numeric, stranger.Take()[0].Numeric);
    }

    [Theory]
    [InlineData("TOPIC #sec", 331)]
    [InlineData("KNOCK #sec", 713)]
    [InlineData("MODE #sec", 324)]
    [InlineData("NAMES #sec", 353)]
    [InlineData("WHO #sec", 352)]
    public void AnOperatorOfTheNetworkIsToldToo(string line, int numeric)
    {
        NetworkBench bench = Make("+snt", out _, out NetworkBench.Link stranger);
        bench.MakeOperator(stranger);
        bench.Send(stranger, line);
        Assert.Equal(numeric, stranger.Take()[0].Numeric);
    }

    private static string Ask(string form, string channel, string modes)
    {
        NetworkBench bench = Make(modes, out _, out NetworkBench.Link stranger);
        bench.Send(stranger, string.Format(System.Globalization.CultureInfo.InvariantCulture, form, channel));
        return string.Join('\n', stranger.Take().Select(message => message.ToString())).Replace(channel, "#...", StringComparison.Ordinal);
    }

    private static NetworkBench Make(string modes, out NetworkBench.Link member, out NetworkBench.Link stranger)
    {
        var bench = new NetworkBench();
        member = bench.Register("b", IrcClientCapabilities.MessageTags);
        bench.Send(member, "JOIN #sec");
        bench.Send(member, "MODE #sec " + modes);
        bench.Send(member, "PRIVMSG #sec :said before");
        stranger = bench.Register("a", IrcClientCapabilities.MessageTags | IrcClientCapabilities.Batch | IrcClientCapabilities.ChatHistory);
        member.Take();
        return bench;
    }
}
