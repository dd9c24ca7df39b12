using System.Text;
using Ropewalk.Chat.Irc.Session;

namespace Ropewalk.Chat.Tests.Irc.Session;

public sealed class IrcRegistrationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AsksForWhatIsOfferedAndEndsTheNegotiation(bool perByte)
    {
        var session = new ScriptedSession { PerByte = perByte };
        Assert.Equal("CAP LS 302\r\nNICK me\r\nUSER me 0 * me\r\n", session.Take());
        session.Hear(":s CAP * LS * :batch sts=port=1 unknown", ":s CAP * LS :server-time");
        Assert.Equal("CAP REQ :batch server-time\r\n", session.Take());
        session.Hear(":s CAP me ACK :batch server-time ");
        Assert.Equal("CAP END\r\n", session.Take());
        Assert.True(session.State.Has("batch") && session.State.Has("server-time") && !session.State.Has("unknown"));
        session.Hear(":s 001 you :Welcome");
        Assert.Equal("you", session.State.Nick);
    }

    [Fact]
    public void WhatIsDeniedTogetherIsAskedForOneByOne()
    {
        var session = new ScriptedSession();
        session.Hear(":s CAP * LS :batch server-time");
        session.Take();
        session.Hear(":s CAP * NAK :batch server-time");
        Assert.Equal("CAP REQ batch\r\nCAP REQ server-time\r\n", session.Take());
        session.Hear(":s CAP * NAK :batch", ":s CAP * ACK :server-time");
        Assert.Equal("CAP END\r\n", session.Take());
        Assert.False(session.State.Has("batch"));
    }

    [Fact]
    public void CapabilitiesComeAndGo()
    {
        ScriptedSession session = ScriptedSession.Registered("cap-notify batch");
        session.Hear(":s CAP me NEW :away-notify unknown", ":s CAP me ACK :away-notify");
        Assert.Equal("CAP REQ away-notify\r\n", session.Take());
        Assert.True(session.State.Has("away-notify"));
        session.Hear(":s CAP me DEL :away-notify");
        Assert.False(session.State.Has("away-notify"));
        Assert.Equal(["away-notify"], session.Events.OfType<IrcCapabilitiesEvent>().Last().Removed);
    }

    [Fact]
    public void WhatWasNeverAskedForIsNotInUse()
    {
        var session = new ScriptedSession();
        session.Hear(":s CAP * LS :batch", ":s CAP me ACK :echo-message batch");
        Assert.False(session.State.Has("echo-message"));
    }

    [Fact]
    public void AServerWithoutCapabilitiesIsTakenAsItIs()
    {
        var session = new ScriptedSession();
        session.Hear(":s 421 * CAP :Unknown command", ":s 001 me :Welcome", ":s 376 me :End");
        Assert.IsType<IrcReadyEvent>(session.Events[^1]);
    }

    [Fact]
    public void ATakenNicknameIsReplacedAndTakenBackWhenItIsFree()
    {
        var session = new ScriptedSession(new IrcClientSettings { Nick = "me", AlternativeNicks = ["myself"] });
        session.Take();
        session.Hear(":s 433 * me :in use");
        Assert.Equal("NICK myself\r\n", session.Take());
        session.Hear(":s 433 * myself :in use");
        Assert.Equal("NICK me_\r\n", session.Take());
        session.Hear(":s 001 me_ :Welcome", ":s 005 me_ MONITOR=100 :are supported", ":s 422 me_ :no MOTD");
        Assert.Contains("MONITOR + me\r\n", session.Take());
        session.Hear(":s 730 me_ :me!a@b");
        Assert.Equal("", session.Take());
        session.Hear(":s 731 me_ :me");
        Assert.Equal("NICK me\r\n", session.Take());
        session.Hear(":me_!u@h NICK me");
        Assert.Equal("me", session.State.Nick);
        Assert.Equal("MONITOR - me\r\n", session.Take());
        Assert.DoesNotContain(session.Events, told => told is IrcNumericEvent { Numeric: 730 or 731 });
    }

    [Fact]
    public void WithoutMonitorTheServerIsAskedEachMinuteAndAQuitIsSeen()
    {
        var session = new ScriptedSession();
        session.Hear(":s 433 * me :in use", ":s 001 me_ :Welcome", ":s 422 me_ :no MOTD");
        session.Take();
        session.Hear(":s PONG s rw1");
        session.Advance(60);
        Assert.Contains("ISON me\r\n", session.Take());
        session.Hear(":s 303 me_ :me");
        Assert.Equal("", session.Take());
        session.Hear(":me!a@b QUIT :gone");
        Assert.Equal("NICK me\r\n", session.Take());
    }

    [Fact]
    public void ANicknameThatIsRefusedLaterIsWatchedToo()
    {
        var session = new ScriptedSession();
        session.Hear(":s 001 me :Welcome", ":s 005 me MONITOR=100 :are supported", ":s 422 me :no MOTD");
        session.Take();
        var request = IrcUserRequests.ChangeNick("other");
        session.Session.Ask(request);
        session.Hear(":s PING");
        Assert.Contains("NICK other\r\n", session.Take());
        session.Hear(":s 433 me other :in use");
        Assert.Contains("MONITOR + other\r\n", session.Take());
        session.Hear(":s 731 me :other");
        Assert.Contains("NICK other\r\n", session.Take());
    }

    [Fact]
    public void AFreeNicknameThatIsNotGivenIsAskedForAgain()
    {
        ScriptedSession session = ScriptedSession.Registered("server-time", "MONITOR=10", settings: new IrcClientSettings { Nick = "me", Pacing = new IrcPacing { Penalty = TimeSpan.Zero }, PingTimeout = TimeSpan.FromHours(1) });
        session.Hear(":me!u@h NICK me_");
        Assert.Equal("NICK me\r\nMONITOR + me\r\n", session.Take());
        session.Hear(":s 731 me_ me", ":s 437 me_ me :Nick/channel is temporarily unavailable");
        session.Advance(59);
        Assert.DoesNotContain("NICK", session.Take());
        session.Advance(1);
        Assert.Contains("NICK me\r\n", session.Take());
        // one without a name
        session.Hear(":s 447 me_ :Cannot change nickname while on #x (+N)");
        session.Advance(60);
        Assert.Contains("NICK me\r\n", session.Take());
        session.Hear(":s 433 me_ me :Nickname is already in use");
        session.Advance(120);
        Assert.DoesNotContain("NICK", session.Take());
        session.Hear(":s 731 me_ me");
        Assert.Contains("NICK me\r\n", session.Take());
        session.Hear(":me_!u@h NICK me");
        Assert.Equal("me", session.State.Nick);
    }

    [Theory]
    [InlineData(":s 903 me :ok")]
    [InlineData(":s 907 me :already")]
    [InlineData(":s 900 me me!u@h acc :in", ":s 001 me :hi")]
    public void ScramNeedsAChallengeToSucceed(params string[] lines)
    {
        var session = new ScriptedSession(mechanisms: ["SCRAM-SHA-256", "PLAIN"]);
        session.Hear(":s CAP * LS :sasl=SCRAM-SHA-256,PLAIN", ":s CAP * ACK :sasl");
        Assert.Contains("AUTHENTICATE SCRAM-SHA-256\r\n", session.Take());
        session.Hear(lines);
        Assert.True(session.IsClosed);
        Assert.NotNull(session.Session.RegistrationFailure);
        Assert.DoesNotContain("PLAIN", session.Take());
    }

    [Fact]
    public void ThereIsAnEndToTakenNicknames()
    {
        var session = new ScriptedSession();
        for (int i = 0; i < 100 && !session.IsClosed; i++)
        {
            session.Hear($":s 433 * {session.State.Nick} :in use");
        }

        Assert.True(session.IsClosed);
        Assert.Equal(433, session.Session.RegistrationFailure!.Numeric);
    }

    [Fact]
    public void LogsInWithTheFirstMechanismThatTheServerHas()
    {
        var session = new ScriptedSession(mechanisms: ["SCRAM-SHA-256", "PLAIN"]);
        session.Hear(":s CAP * LS :sasl=EXTERNAL,PLAIN", ":s CAP * ACK :sasl");
        Assert.EndsWith("AUTHENTICATE PLAIN\r\n", session.Take());
        session.Hear("AUTHENTICATE +");
        Assert.Equal(("PLAIN", true), session.Events.OfType<IrcChallengeEvent>().Select(told => (told.Mechanism, told.IsFirst)).Single());
        session.Act(machine => machine.AnswerChallenge(new byte[300]));
        Assert.Equal($"AUTHENTICATE {new string('A', 400)}\r\nAUTHENTICATE +\r\n", session.Take());
        session.Hear(":s 900 me me!u@h acc :You are now logged in", ":s 903 me :ok");
        Assert.Equal("CAP END\r\n", session.Take());
        Assert.Equal("acc", session.State.Account);
        session.Hear(":s 001 me :Welcome");
        Assert.False(session.IsClosed);
    }

    [Fact]
    public void ChallengesComeInPieces()
    {
        var session = new ScriptedSession(mechanisms: ["X"]);
        session.Hear(":s CAP * LS :sasl", ":s CAP * ACK :sasl", "AUTHENTICATE " + new string('A', 400), "AUTHENTICATE " + Convert.ToBase64String(Encoding.ASCII.GetBytes("end")));
        Assert.Equal(303, session.Told<IrcChallengeEvent>().Challenge.Length);
    }

    [Fact]
    public void ARefusedMechanismIsFollowedByTheNextAndThenByTheEnd()
    {
        var session = new ScriptedSession(mechanisms: ["SCRAM-SHA-256", "PLAIN"]);
        session.Hear(":s CAP * LS :sasl", ":s CAP * ACK :sasl");
        Assert.EndsWith("AUTHENTICATE SCRAM-SHA-256\r\n", session.Take());
        session.Hear(":s 908 me PLAIN :are available", ":s 904 me :no");
        Assert.Equal("AUTHENTICATE PLAIN\r\n", session.Take());
        session.Hear(":s 904 me :wrong password");
        Assert.True(session.IsClosed);
        Assert.Equal(904, session.Session.RegistrationFailure!.Numeric);
    }

    [Theory]
    [InlineData(":s CAP * LS :batch")]
    [InlineData(":s 001 me :Welcome")]
    public void WhoMustLogInDoesNotGoOnWithout(string line)
    {
        var session = new ScriptedSession(mechanisms: ["PLAIN"]);
        session.Hear(line, ":s CAP * ACK :batch");
        Assert.True(session.IsClosed);
        Assert.Equal(IrcRequestFailureKind.NotSupported, session.Session.RegistrationFailure!.Kind);
    }

    [Fact]
    public void InTheClearNothingIsSaidBeforeTheServerCouldAskForTls()
    {
        var session = new ScriptedSession(new IrcClientSettings { Nick = "me", Password = "secret" }, waitsForSts: true);
        Assert.Equal("CAP LS 302\r\n", session.Take());
        session.Hear(":s CAP * LS :sts=port=6697,duration=3600 batch");
        Assert.True(session.IsClosed);
        Assert.Equal("", session.Take());
        Assert.Equal(new IrcStsEvent(6697, null), session.Told<IrcStsEvent>() with { Message = null, Time = default });
    }

    [Fact]
    public void AServerThatDoesNotSayWhatItOffersIsGreetedAllTheSame()
    {
        var session = new ScriptedSession(waitsForSts: true);
        session.Take();
        session.Advance(5);
        Assert.Equal("NICK me\r\nUSER me 0 * me\r\n", session.Take());
    }

    [Fact]
    public void APolicyIsToldOnASecureConnection()
    {
        var session = new ScriptedSession();
        session.Hear(":s CAP * LS :sts=port=1,duration=60");
        Assert.Equal(TimeSpan.FromSeconds(60), session.Told<IrcStsEvent>().Duration);
        Assert.False(session.IsClosed);
    }

    [Fact]
    public void AnEndlessListEndsTheConversation()
    {
        var session = new ScriptedSession();
        for (int i = 0; i < 10_000 && !session.IsClosed; i++)
        {
            session.Hear($":s CAP * LS * :{string.Join(' ', Enumerable.Range(0, 20).Select(n => $"cap{i}x{n}"))}");
        }

        Assert.True(session.IsClosed);
        Assert.Equal(IrcRequestFailureKind.LimitExceeded, session.Session.RegistrationFailure!.Kind);
    }

    [Fact]
    public void AnEndlessChallengeIsGivenUp()
    {
        var session = new ScriptedSession(mechanisms: ["X"]);
        session.Hear(":s CAP * LS :sasl", ":s CAP * ACK :sasl");
        session.Take();
        string said = "";
        for (int i = 0; i < 100 && said.Length == 0; i++)
        {
            session.Hear("AUTHENTICATE " + new string('A', 400));
            said = session.Take();
        }

        Assert.Equal("AUTHENTICATE *\r\n", said);
    }

    [Fact]
    public void ASilentServerIsLeftAfterAMinute()
    {
        var session = new ScriptedSession();
        session.Advance(59);
        Assert.False(session.IsClosed);
        session.Advance(1);
        Assert.True(session.IsClosed);
    }

    [Fact]
    public void ABotMarksItselfWhereTheServerHasAMode()
    {
        ScriptedSession session = new(new IrcClientSettings { Nick = "me", IsBot = true });
        session.Hear(":s 001 me :Welcome", ":s 005 me BOT=B :are supported", ":s 376 me :End");
        Assert.EndsWith("MODE me +B\r\n", session.Take());
    }
}
