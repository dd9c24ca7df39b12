using Ropewalk.Chat.Irc.Session;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Tests.Irc.Session;

public sealed class IrcClientStateTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AChannelIsKnownWithItsMembersAndTopic(bool perByte)
    {
        ScriptedSession session = ScriptedSession.Registered();
        session.PerByte = perByte;
        session.Hear(
            ":me!u@host.example JOIN #X acc :My name",
            ":s 332 me #x :the topic", ":s 333 me #x bob!b@c 1700000000",
            ":s 353 me = #x :~&alice!a@ha +bob", ":s 353 me = #x :me!u@host.example", ":s 366 me #x :End",
            ":s 324 me #x +ntkl key 5", ":s 329 me #x 1600000000");
        IrcClientChannel channel = session.State.FindChannel("#x")!;
        Assert.Equal("#X", channel.Name);
        Assert.Equal(["alice", "bob", "me"], channel.Members.Values.Select(member => member.Nick).Order());
        Assert.Equal("~&", channel.Members["ALICE"].Prefixes);
        Assert.Equal(("the topic", "bob!b@c", 1700000000L), (channel.Topic, channel.TopicSetBy, channel.TopicSetAt!.Value.ToUnixTimeSeconds()));
        Assert.Equal(("key", "5"), (channel.Key, channel.Modes['l']));
        Assert.True(channel.AreMembersKnown);
        Assert.Equal("ha", session.State.FindUser("alice")!.Host);
        Assert.Equal(("acc", "My name"), (session.State.FindUser("me")!.Account, session.State.FindUser("me")!.RealName));
        Assert.Equal("host.example", session.State.Host);
    }

    [Fact]
    public void MembersComeAndGo()
    {
        ScriptedSession session = ScriptedSession.Registered().Join("#x", "me alice bob carol dave");
        session.Hear(":eve!e@h JOIN #x evesaccount :Eve", ":alice!a@h PART #x :bye", ":bob!b@h KICK #x carol :out", ":dave!d@h QUIT :gone", ":BOB!b@h NICK Robert");
        Assert.Equal(["Robert", "eve", "me"], session.State.FindChannel("#X")!.Members.Values.Select(member => member.Nick).Order(StringComparer.Ordinal));
        Assert.Equal(["Robert", "eve", "me"], session.State.Users.Values.Select(user => user.Nick).Order(StringComparer.Ordinal));
        Assert.Equal("evesaccount", session.State.FindUser("eve")!.Account);
        Assert.Equal(["#x"], session.Told<IrcQuitEvent>().Channels);
        Assert.Equal(["carol"], session.Events.OfType<IrcKickEvent>().Select(kick => kick.Nick));
    }

    [Fact]
    public void AUserOfTwoChannelsIsForgottenWithTheSecond()
    {
        ScriptedSession session = ScriptedSession.Registered().Join("#x", "me alice").Join("#y", "me alice bob");
        session.Hear(":alice!a@h PART #x");
        Assert.NotNull(session.State.FindUser("alice"));
        session.Hear(":me!u@h PART #y");
        Assert.Null(session.State.FindUser("alice"));
        Assert.NotNull(session.State.FindUser("me"));
        Assert.Null(session.State.FindChannel("#y"));
    }

    [Fact]
    public void AListInPiecesIsTrueAlthoughMembersComeAndGoBetweenThem()
    {
        ScriptedSession session = ScriptedSession.Registered();
        session.Hear(":me!u@h JOIN #x * :m", ":s 353 me = #x :me alice bob", ":carol!c@h JOIN #x * :c", ":alice!a@h PART #x", ":bob!b@h NICK rob", ":s 353 me = #x :dave", ":s 366 me #x :End");
        Assert.Equal(["carol", "dave", "me", "rob"], session.State.FindChannel("#x")!.Members.Keys.Order());
        // a later list takes out who is gone
        session.Hear(":s 353 me = #x :me dave", ":s 366 me #x :End");
        Assert.Equal(["dave", "me"], session.State.FindChannel("#x")!.Members.Keys.Order());
        Assert.Null(session.State.FindUser("rob"));
    }

    [Fact]
    public void ModesGoByWhatTheServerSaysOfThem()
    {
        ScriptedSession session = ScriptedSession.Registered().Join("#x", "me @alice bob");
        session.Hear(":alice!a@h MODE #x +vob-o+k-l+i bob bob *!*@bad alice secret", ":s MODE #x +l 7", ":s MODE #x -b+t x!*@*");
        IrcClientChannel channel = session.State.FindChannel("#x")!;
        Assert.Equal("@+", channel.Members["bob"].Prefixes);
        Assert.Equal("", channel.Members["alice"].Prefixes);
        Assert.Equal("ciklt".Replace("c", ""), new string([.. channel.Modes.Keys]));
        Assert.Equal(("secret", "7"), (channel.Key, channel.Modes['l']));
        session.Hear(":s MODE #x -k *", ":s MODE #x -l");
        Assert.Null(session.State.FindChannel("#x")!.Key);
        Assert.Equal("it", new string([.. session.State.FindChannel("#x")!.Modes.Keys]));
        Assert.Equal(new IrcClientModeChange(true, 'b', "*!*@bad", IrcClientModeKind.List), session.Events.OfType<IrcModeEvent>().First().Changes[2]);
    }

    [Fact]
    public void UsersChange()
    {
        ScriptedSession session = ScriptedSession.Registered().Join("#x", "me alice");
        session.Hear(":alice!a@h AWAY :lunch", ":alice!a@h ACCOUNT al", ":alice!a@h CHGHOST b new.host", ":alice!b@new.host SETNAME :Alice L");
        Assert.Equal(
            new IrcClientUser("alice") { User = "b", Host = "new.host", Account = "al", IsAccountKnown = true, RealName = "Alice L", IsAway = true, AwayMessage = "lunch" },
            session.State.FindUser("alice"));
        session.Hear(":alice!b@new.host PRIVMSG #x :hi");
        Assert.Null(session.State.FindUser("alice")!.Account);
        session.Events.Clear();
        session.Hear("@account=al :alice!b@new.host PRIVMSG #x :hi", ":alice!b@new.host AWAY");
        Assert.Equal(("al", false), (session.State.FindUser("alice")!.Account, session.State.FindUser("alice")!.IsAway));
        Assert.Equal("al", session.Told<IrcTextEvent>().Account);
        session.Hear(":s 352 me #x b h2 srv alice G*@ :0 Alice Real");
        Assert.Equal(("h2", true, "Alice Real"), (session.State.FindUser("alice")!.Host, session.State.FindUser("alice")!.IsAway, session.State.FindUser("alice")!.RealName));
    }

    [Fact]
    public void TheServerMayChangeOnesOwnNickname()
    {
        ScriptedSession session = ScriptedSession.Registered().Join("#x", "me alice");
        session.Hear(":ME!u@h NICK Guest42", ":Guest42!u@h MODE Guest42 +ix", ":s 396 Guest42 cloak.example :is now your host");
        Assert.Equal(("Guest42", "cloak.example"), (session.State.Nick, session.State.Host));
        Assert.True(session.Told<IrcNickEvent>().IsOwn);
        Assert.Equal("ix", new string([.. session.State.UserModes]));
        session.Hear(":Guest42!u@h PART #x");
        Assert.Empty(session.State.Channels);
    }

    [Fact]
    public void NamesAreTheSameAsTheServerSays()
    {
        ScriptedSession session = ScriptedSession.Registered().Join("#x[", "me a[]");
        Assert.NotNull(session.State.FindChannel("#X{"));
        Assert.NotNull(session.State.FindUser("A{}"));
        session.Hear(":s 005 me CASEMAPPING=ascii :are supported");
        Assert.Null(session.State.FindChannel("#X{"));
        Assert.NotNull(session.State.FindChannel("#X["));
        Assert.Null(session.State.FindChannel("#x[")!.Members.GetValueOrDefault("a{}"));
    }

    [Fact]
    public void ANetjoinIsABatchOfJoins()
    {
        ScriptedSession session = ScriptedSession.Registered().Join("#x", "me");
        session.Hear(":s BATCH +n netjoin a.b c.d", "@batch=n :al!a@h JOIN #x * :A", "@batch=n :bo!b@h JOIN #x * :B", ":s BATCH -n");
        Assert.Equal(3, session.State.FindChannel("#x")!.Members.Count);
        Assert.All(session.Events.OfType<IrcJoinEvent>(), join => Assert.Equal("netjoin", join.Batch!.Type));
    }

    [Fact]
    public void HistoryChangesNothing()
    {
        ScriptedSession session = ScriptedSession.Registered().Join("#x", "me alice");
        session.Hear(
            ":s BATCH +h chathistory #x", "@batch=h;msgid=1;time=2020-01-02T03:04:05.678Z :old!o@h PRIVMSG #x :\u0001ACTION waves\u0001", "@batch=h :alice!a@h QUIT :x", ":s BATCH -h");
        IrcHistoryEvent history = session.Told<IrcHistoryEvent>();
        var text = (IrcTextEvent)history.Past[0];
        Assert.Equal((IrcTextKind.Action, "waves", "1", 2020), (text.Kind, text.Text, text.MessageId, text.Time.Year));
        Assert.NotNull(session.State.FindUser("alice"));
    }

    [Fact]
    public void FeaturesAreTypedEscapedAndTakenBack()
    {
        IrcServerFeatures features = IrcServerFeatures.None.With(
            ["CHANMODES=b,k,l,imn", "NETWORK=The\\x20Net\\x3D", "LINELEN=2048", "TARGMAX=PRIVMSG:4,JOIN:,KICK:1", "MONITOR", "STATUSMSG=@+", "NICKLEN=31", "BOT=b", "MODES=4", "CHATHISTORY=500", "PREFIX=(ov)@+"], 100);
        Assert.Equal(("The Net=", 2048, 31, 'b', 4, 500, int.MaxValue), (features.Network, features.LineBytes, features.NickLength, features.BotMode, features.Modes, features.HistoryLimit, features.MonitorLimit));
        Assert.Equal(4, features.TargetMaxima["privmsg"]);
        Assert.Null(features.TargetMaxima["JOIN"]);
        Assert.Equal(("@", "#x"), features.ReadTarget("@#x"));
        IrcServerFeatures taken = features.With(["-LINELEN", "-MONITOR", "-PREFIX", "NICKLEN=", "CASEMAPPING=nonsense"], 100);
        Assert.Equal((512, 9), (taken.LineBytes, taken.NickLength));
        Assert.Null(taken.MonitorLimit);
        Assert.Equal("ov", taken.PrefixModes);
        Assert.Same(IrcCaseMapping.Rfc1459, taken.CaseMapping);
        Assert.Equal(3, IrcServerFeatures.None.With(["A", "B", "C", "D", "E"], 3).Tokens.Count);
    }

    [Fact]
    public void ASecondJoinOfOnesOwnForgetsWhoWasThere()
    {
        ScriptedSession session = ScriptedSession.Registered();
        session.Join("#x", "me alice bob").Join("#y", "me bob");
        session.Hear(":me!u@h JOIN #x * :real");
        Assert.Null(session.State.FindUser("alice"));
        Assert.NotNull(session.State.FindUser("bob"));
        Assert.NotNull(session.State.FindUser("me"));
    }
}
