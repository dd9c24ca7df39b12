using System.Text;
using Ropewalk.Chat.Irc.Session;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Tests.Irc.Session;

/// <summary>What a server could do to a client: nothing grows, nothing throws, nothing is said that should not be.</summary>
public sealed class IrcHostileServerTests
{
    [Fact]
    public void BatchesThatAreNeverClosed()
    {
        ScriptedSession many = ScriptedSession.Registered();
        for (int i = 0; i < 100; i++)
        {
            many.Hear($":s BATCH +b{i} chathistory #x");
        }

        Assert.True(many.IsClosed);

        ScriptedSession full = ScriptedSession.Registered(settings: new IrcClientSettings { Nick = "me", Limits = { MaxBatchMessages = 100 } });
        full.Hear(":s BATCH +b chathistory #x");
        for (int i = 0; i < 101; i++)
        {
            Assert.False(full.IsClosed);
            full.Hear("@batch=b :a!b@c PRIVMSG #x :y");
        }

        Assert.True(full.IsClosed);

        ScriptedSession late = ScriptedSession.Registered();
        late.Hear(":s BATCH +b netsplit a b");
        late.Advance(60);
        Assert.True(late.IsClosed);
    }

    [Fact]
    public void BatchesInThemselvesAndInEachOtherWithoutEnd()
    {
        ScriptedSession own = ScriptedSession.Registered();
        own.Hear(":s BATCH +x foo", "@batch=x :s BATCH +x foo");
        Assert.True(own.IsClosed);

        ScriptedSession deep = ScriptedSession.Registered();
        deep.Hear(":s BATCH +b0 foo");
        for (int i = 1; i < 8; i++)
        {
            deep.Hear($"@batch=b{i - 1} :s BATCH +b{i} foo");
        }

        deep.Hear("@batch=b7 :a!b@c PRIVMSG me :hi");
        Assert.Equal("hi", deep.Told<IrcTextEvent>().Text);
        deep.Hear("@batch=b7 :s BATCH +b8 foo");
        Assert.True(deep.IsClosed);

        ScriptedSession two = ScriptedSession.Registered();
        two.Hear(":s BATCH +a foo");
        for (int i = 0; i < 20; i++)
        {
            two.Hear("@batch=a :s BATCH +b foo", "@batch=b :s BATCH +a foo");
        }

        Assert.True(two.IsClosed);
    }

    [Fact]
    public void WhatComesForABatchThatIsOverDoesNotCount()
    {
        ScriptedSession session = ScriptedSession.Registered(settings: new IrcClientSettings { Nick = "me", Limits = { MaxBatchMessages = 10 } });
        session.Hear(":s BATCH +a chathistory #x", "@batch=a :s BATCH +b foo", ":s BATCH -a");
        for (int i = 0; i < 50; i++)
        {
            session.Hear("@batch=b :a!b@c PRIVMSG #x :late");
        }

        Assert.False(session.IsClosed);
        Assert.DoesNotContain(session.Events, told => told is IrcTextEvent);
    }

    [Fact]
    public void MoreMembersThanFit()
    {
        ScriptedSession session = ScriptedSession.Registered(settings: new IrcClientSettings { Nick = "me", Limits = { MaxMembers = 100 } });
        session.Hear(":me!u@h JOIN #x");
        for (int i = 0; i < 50; i++)
        {
            session.Hear($":s 353 me = #x :{string.Join(' ', Enumerable.Range(0, 20).Select(n => $"user{i}x{n}"))}");
        }

        session.Hear(":s 366 me #x :End", ":late!l@h JOIN #x");
        IrcClientChannel channel = session.State.FindChannel("#x")!;
        Assert.Equal(100, channel.Members.Count);
        Assert.True(channel.IsTruncated);
    }

    [Fact]
    public void MoreChannelsThanAllowed()
    {
        ScriptedSession session = ScriptedSession.Registered(settings: new IrcClientSettings { Nick = "me", Limits = { MaxChannels = 10 } });
        for (int i = 0; i < 11; i++)
        {
            Assert.False(session.IsClosed);
            session.Hear($":me!u@h JOIN #{i}");
        }

        Assert.True(session.IsClosed);
    }

    [Fact]
    public void TagsAsLongAsTheyMayBeAndLonger()
    {
        ScriptedSession session = ScriptedSession.Registered();
        string most = string.Join(';', Enumerable.Range(0, 2600).Select(i => $"t{i % 400}"))[..8185];
        session.Hear($"@{most} :a!b@c PRIVMSG #x :fits");
        Assert.Equal("fits", session.Told<IrcTextEvent>().Text);
        session.Hear($"@{new string('a', 8190)} :a!b@c PRIVMSG #x :too long", $"@{new string('a', 50_000)} :a!b@c PRIVMSG #x :much too long", ":a!b@c PRIVMSG #x :next");
        Assert.Equal([IrcViolation.TagsTooLong, IrcViolation.LineTooLong], session.Events.OfType<IrcMalformedEvent>().Select(told => told.Violation));
        Assert.Equal("next", session.Events.OfType<IrcTextEvent>().Last().Text);
        session.Hear($"@{string.Concat(Enumerable.Repeat("a;", 4090))} :a!b@c PRIVMSG #x :bomb");
        Assert.Single(session.Events.OfType<IrcTextEvent>().Last().Message!.Tags);
    }

    [Fact]
    public void EachNumericAndCommandWithEachNumberOfParameters()
    {
        ScriptedSession session = ScriptedSession.Registered().Join("#x", "me alice");
        foreach (IrcRequest asked in Requests())
        {
            session.Act(machine => machine.Ask(asked));
        }

        string[] commands = [.. Enumerable.Range(1, 999).Select(numeric => numeric.ToString("000")),
            "JOIN", "PART", "KICK", "QUIT", "NICK", "TOPIC", "MODE", "AWAY", "ACCOUNT", "CHGHOST", "SETNAME", "INVITE", "PRIVMSG", "NOTICE", "TAGMSG", "CAP", "AUTHENTICATE", "FAIL", "BATCH", "PONG", "REGISTER", "ACK", "WARN"];
        string[] parameters = ["", " me", " #x", " me #x", " me #x :", " me = #x :@", " #x +ovbklX", " #x +o-v+k", " * LS", " * ACK :", " ::", " :a b c", " me 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16"];
        foreach (string command in commands)
        {
            foreach (string rest in parameters)
            {
                if ((command, rest) is ("KICK" or "PART", _) or ("NICK", _) || command == "001")
                {
                    continue;
                }

                session.Hear($":s {command}{rest}", $":me!u@h {command}{rest}", $"{command}{rest}");
            }
        }

        Assert.Equal("me", session.State.Nick);
    }

    [Fact]
    public void NamesThatCouldNotBeSaidAgainAreNotTaken()
    {
        ScriptedSession session = ScriptedSession.Registered();
        session.Hear(":me!u@h NICK :a b", ":me!u@h NICK ::x", ":me!u@h JOIN :#a b", ":me!u@h JOIN :#a,#b");
        Assert.Equal("me", session.State.Nick);
        Assert.Empty(session.State.Channels);
    }

    [Fact]
    public void AFloodOfPingsIsAnsweredOneByOne()
    {
        ScriptedSession session = ScriptedSession.Registered();
        session.Hear([.. Enumerable.Range(0, 1000).Select(i => $"PING :a b {i}")]);
        Assert.Equal(1000, session.Take().Split("\r\n").Count(line => line.StartsWith("PONG :a b ", StringComparison.Ordinal)));
    }

    [Fact]
    public void AFloodOfCtcpIsAnsweredAFewTimes()
    {
        ScriptedSession session = ScriptedSession.Registered();
        session.Hear([.. Enumerable.Range(0, 1000).Select(i => $":n{i}!u@h PRIVMSG me :\u0001VERSION\u0001")]);
        Assert.Equal(5, session.Take().Split("\r\n").Count(line => line.StartsWith("NOTICE n", StringComparison.Ordinal)));
        session.Advance(5);
        session.Hear(":x!u@h PRIVMSG me :\u0001PING 12 34\u0001", ":x!u@h PRIVMSG me :\u0001PING 12 34\u0001");
        Assert.Equal("NOTICE x :\u0001PING 12 34\u0001\r\n", session.Take());
    }

    [Fact]
    public void CtcpIsAnsweredOnlyWhereItShouldBe()
    {
        ScriptedSession session = ScriptedSession.Registered(settings: new IrcClientSettings { Nick = "me", Version = "V 1" });
        session.Hear(":x!u@h PRIVMSG me :\u0001DCC SEND file 1 2 3\u0001", ":x!u@h NOTICE me :\u0001VERSION\u0001", ":me!u@h PRIVMSG me :\u0001VERSION\u0001", ":x!u@h PRIVMSG #c :\u0001ACTION waves\u0001");
        Assert.Equal("", session.Take());
        session.Hear(":x!u@h PRIVMSG me :\u0001version", ":x!u@h PRIVMSG me :\u0001TIME\u0001", ":x!u@h PRIVMSG me :\u0001CLIENTINFO\u0001");
        Assert.Equal("NOTICE x :\u0001VERSION V 1\u0001\r\nNOTICE x :\u0001TIME Thu, 01 Jan 1970 00:00:00 UTC\u0001\r\nNOTICE x :\u0001CLIENTINFO ACTION CLIENTINFO PING TIME VERSION\u0001\r\n", session.Take());

        ScriptedSession off = ScriptedSession.Registered(settings: new IrcClientSettings { Nick = "me", AnswersCtcp = false });
        off.Hear(":x!u@h PRIVMSG me :\u0001VERSION\u0001");
        Assert.Equal("", off.Take());
        Assert.Equal("VERSION", off.Told<IrcCtcpEvent>().Ctcp.Command);
    }

    [Fact]
    public void WhatIsNotUtf8IsReplaced()
    {
        ScriptedSession session = ScriptedSession.Registered();
        session.HearBytes([.. ":a!b@c PRIVMSG #x :"u8, 0xFF, 0xFE, .. "é\r\n"u8]);
        Assert.Equal("\uFFFD\uFFFDé", session.Told<IrcTextEvent>().Text);
    }

    [Fact]
    public void NulAndBareCrAreRefused()
    {
        ScriptedSession session = ScriptedSession.Registered();
        session.HearBytes([.. "PING a\0b\r\nPING a\rQUIT\r\n"u8]);
        Assert.Equal([IrcViolation.HoldsNul, IrcViolation.BareCr], session.Events.OfType<IrcMalformedEvent>().Select(told => told.Violation));
        Assert.Equal("", session.Take());
    }

    [Fact]
    public void OnesOwnNameInOthersMouthsIsNoAcknowledgement()
    {
        ScriptedSession session = ScriptedSession.Registered("server-time");
        IrcRequest<bool> asking = session.Ask(IrcChannelRequests.Part("#x", ""));
        session.Hear(":me!u@h PRIVMSG #x :not said", ":ME PART #other");
        Assert.False(asking.IsOver);
        Assert.True(session.Events.OfType<IrcTextEvent>().Single().IsOwn);
    }

    [Fact]
    public void SilenceIsFoundOut()
    {
        ScriptedSession session = ScriptedSession.Registered();
        session.Hear(":s PONG s rw1");
        session.Take();
        session.Advance(60);
        Assert.Equal("PING rw2\r\n", session.Take());
        session.Advance(2);
        session.Hear(":s PONG s :rw2");
        Assert.Equal(TimeSpan.FromSeconds(2), session.State.Lag);
        session.Advance(119.9);
        Assert.False(session.IsClosed);
        session.Advance(0.1);
        Assert.True(session.IsClosed);
    }

    [Fact]
    public void NoiseIsNeverAnException()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            ScriptedSession session = ScriptedSession.Registered().Join("#x", "me alice");
            foreach (IrcRequest asked in Requests())
            {
                session.Act(machine => machine.Ask(asked));
            }

            for (int i = 0; i < 300 && !session.IsClosed; i++)
            {
                session.HearBytes(Noise(random));
            }

            session.Act(machine => machine.Ask(IrcChannelRequests.Join("#y", null)));
        }
    }

    private static byte[] Noise(Random random)
    {
        string[] words = ["JOIN", "PART", "353", "366", "BATCH", "MODE", "NICK", "CAP", "001", "005", "433", "me", "alice", "#x", "+o", "+b1", "-b1", "chathistory", "@batch=b1", "@label=1", ":s", ":me!u@h",
            ":alice!a@h", ":", "::", " ", "\r\n", "\n", "\r", "\0", "@", "=", "é", "CASEMAPPING=ascii", "PREFIX=(o", "731", "303", "PONG", "rw1", "*", "LS", "NEW", ":sasl", "AUTHENTICATE", "QUIT", "KICK", ",", "labeled-response"];
        var line = new List<byte>();
        for (int i = random.Next(1, 12); i > 0; i--)
        {
            line.AddRange(Encoding.UTF8.GetBytes(words[random.Next(words.Length)]));
            line.AddRange(random.Next(4) == 0 ? [] : " "u8.ToArray());
        }

        if (random.Next(10) == 0)
        {
            line.Add((byte)random.Next(256));
        }

        return [.. line, .. "\r\n"u8];
    }

    private static IrcRequest[] Requests() =>
    [
        IrcChannelRequests.Join("#x", null), IrcChannelRequests.Part("#x", ""), IrcChannelRequests.Names("#x", 10), IrcChannelRequests.ListMasks("#x", 'b', 10), IrcChannelRequests.ListMasks("#x", 'q', 10),
        IrcChannelRequests.List(null, _ => true), IrcUserRequests.Who("#x", true, _ => true), IrcUserRequests.Whois("me"), IrcUserRequests.IsOn(["me"]), IrcUserRequests.Register("*", "*", "p"),
        IrcMessageRequests.Send(new IrcMessage("PRIVMSG", "#x", "y")), IrcMessageRequests.History("LATEST", "#x", ["*", "1"]), IrcMessageRequests.HistoryTargets(["*", "*", "1"]),
        IrcChannelRequests.SetModes("#x", ["+o", "me"]), IrcUserRequests.Monitor(["me"], IrcCaseMapping.Ascii), IrcMessageRequests.Any(new IrcMessage("VERSION"), 5),
    ];
}
