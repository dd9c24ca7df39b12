using Ropewalk.Chat.Irc.Session;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Tests.Irc.Session;

public sealed class IrcRequestsTests
{
    private const string NoLabels = "server-time batch";

    [Fact]
    public void AJoinEndsWithTheEndOfTheNames()
    {
        ScriptedSession session = ScriptedSession.Registered(NoLabels);
        IrcRequest<IrcClientChannel> joining = session.Ask(IrcChannelRequests.Join("#x", "key"));
        Assert.Equal("JOIN #x key\r\nPING rwb1\r\n", session.Take());
        session.Hear(":me!u@h JOIN #X", ":s 353 me = #x :me alice");
        Assert.False(joining.IsOver);
        session.Hear(":s 366 me #x :End");
        Assert.Equal((2, "key"), (joining.Result!.Members.Count, joining.Result.Key));
    }

    [Theory]
    [InlineData(":s 473 me #X :Cannot join (+i)", 473)]
    [InlineData(":s 475 me #x :Bad key", 475)]
    [InlineData(":s 403 me #x :No such channel", 403)]
    [InlineData(":s 470 me #x ##x :Forwarding", 470)]
    [InlineData(":s 263 me JOIN :Try again", 263)]
    [InlineData(":s 461 me JOIN :Not enough parameters", 461)]
    public void AJoinFailsByItsNumeric(string refusal, int numeric)
    {
        ScriptedSession session = ScriptedSession.Registered(NoLabels);
        IrcRequest<IrcClientChannel> first = session.Ask(IrcChannelRequests.Join("#other", null));
        IrcRequest<IrcClientChannel> joining = session.Ask(IrcChannelRequests.Join("#x", null));
        session.Hear(":s 404 me #x :not about a join", ":s 473 me #y :another's");
        Assert.False(joining.IsOver);
        session.Hear(refusal);
        Assert.Equal(numeric, (numeric is 263 or 461 ? first : joining).Failure!.Numeric);
        Assert.False((numeric is 263 or 461 ? joining : first).IsOver);
    }

    [Fact]
    public void LabelsSayWhatAnswersWhat()
    {
        ScriptedSession session = ScriptedSession.Registered();
        IrcRequest<IrcSentMessage> one = session.Ask(IrcMessageRequests.Send(new IrcMessage("PRIVMSG", "#x", "hi")));
        IrcRequest<IrcSentMessage> two = session.Ask(IrcMessageRequests.Send(new IrcMessage("PRIVMSG", "#x", "hi")));
        IrcRequest<IrcSentMessage> three = session.Ask(IrcMessageRequests.Send(new IrcMessage("PRIVMSG", "#x", "hi")));
        Assert.Equal("@label=1 PRIVMSG #x hi\r\n@label=2 PRIVMSG #x hi\r\n@label=3 PRIVMSG #x hi\r\n", session.Take());
        session.Hear("@label=2;msgid=m2 :me!u@h PRIVMSG #x :hi", "@label=3 :s 404 me #x :Cannot send", "@label=1 ACK");
        Assert.Equal(("m2", true), (two.Result!.MessageId, two.Result.IsAcknowledged));
        Assert.Equal(404, three.Failure!.Numeric);
        Assert.True(one.Result!.IsAcknowledged);
        Assert.True(session.Told<IrcTextEvent>().IsOwn);
    }

    [Fact]
    public void AnAnswerInALabeledBatchEndsWithIt()
    {
        ScriptedSession session = ScriptedSession.Registered();
        IrcRequest<IrcClientChannel> joining = session.Ask(IrcChannelRequests.Join("#x", null));
        IrcRequest<IReadOnlyList<IrcMessage>> asking = session.Ask(IrcMessageRequests.Any(new IrcMessage("VERSION"), 100));
        session.Hear("@label=1 :s BATCH +a labeled-response", "@batch=a :me!u@h JOIN #x * :r", "@batch=a :s 353 me = #x :me", "@batch=a :s 366 me #x :End", ":s BATCH -a");
        Assert.Single(joining.Result!.Members);
        session.Hear("@label=2 :s BATCH +b labeled-response", "@batch=b :s 351 me v1 s :x", ":s 372 me :not mine", "@batch=b :s 351 me v2 s :x", ":s BATCH -b");
        Assert.Equal(["v1", "v2"], asking.Result!.Select(message => message[1]));
    }

    [Fact]
    public void HistoryComesInABatchInsideTheLabeledOne()
    {
        ScriptedSession session = ScriptedSession.Registered();
        IrcRequest<IReadOnlyList<IrcClientEvent>> asking = session.Ask(IrcMessageRequests.History("AFTER", "#x", ["msgid=1", "10"]));
        Assert.Equal("@label=1 CHATHISTORY AFTER #x msgid=1 10\r\n", session.Take());
        session.Hear(
            "@label=1 :s BATCH +a labeled-response", "@batch=a :s BATCH +h chathistory #x", "@batch=h;msgid=2 :a!b@c PRIVMSG #x :two", ":a!b@c JOIN #y",
            "@batch=h;msgid=3 :a!b@c PRIVMSG #x :three", "@batch=a :s BATCH -h", ":s BATCH -a");
        Assert.Equal(["2", "3"], asking.Result!.Select(told => told.MessageId));
        Assert.DoesNotContain(session.Events, told => told is IrcHistoryEvent or IrcTextEvent);
    }

    [Fact]
    public void HistoryWithoutLabelsAndTheLackOfIt()
    {
        ScriptedSession session = ScriptedSession.Registered("batch standard-replies draft/chathistory");
        IrcRequest<IReadOnlyList<IrcClientEvent>> asking = session.Ask(IrcMessageRequests.History("LATEST", "#x", ["*", "10"]));
        IrcRequest<IReadOnlyList<IrcClientEvent>> refused = session.Ask(IrcMessageRequests.History("LATEST", "#y", ["*", "10"]));
        IrcRequest<IReadOnlyList<IrcHistoryTarget>> targets = session.Ask(IrcMessageRequests.HistoryTargets(["timestamp=2020-01-01T00:00:00.000Z", "timestamp=2021-01-01T00:00:00.000Z", "5"]));
        session.Hear(":s FAIL CHATHISTORY INVALID_TARGET LATEST #y :no", ":s BATCH +h chathistory #X", "@batch=h :a!b@c NOTICE #x :one", ":s BATCH -h");
        Assert.Single(asking.Result!);
        Assert.Equal("INVALID_TARGET", refused.Failure!.Code);
        session.Hear(":s BATCH +t draft/chathistory-targets", "@batch=t :s CHATHISTORY TARGETS alice 2020-05-01T00:00:00.000Z", ":s BATCH -t");
        Assert.Equal(("alice", 5), (targets.Result![0].Name, targets.Result[0].LatestAt!.Value.Month));
    }

    [Fact]
    public void WhatMayBeAnsweredByNothingEndsWithThePong()
    {
        ScriptedSession session = ScriptedSession.Registered(NoLabels);
        session.Join("#x", "@me bob");
        IrcRequest<bool> setting = session.Ask(IrcChannelRequests.SetModes("#x", ["+o", "bob"]));
        IrcRequest<bool> refused = session.Ask(IrcChannelRequests.SetModes("#x", ["+v", "nobody"]));
        Assert.Equal("MODE #x +o bob\r\nPING rwb1\r\nMODE #x +v nobody\r\nPING rwb2\r\n", session.Take());
        session.Hear(":s 401 me nobody :No such nick");
        Assert.Equal(401, refused.Failure!.Numeric);
        session.Hear(":s PONG s rwb1");
        Assert.True(setting.Result);
    }

    [Fact]
    public void WhoisCollectsWhatIsSaid()
    {
        ScriptedSession session = ScriptedSession.Registered(NoLabels);
        IrcRequest<IrcWhois> asking = session.Ask(IrcUserRequests.Whois("alice"));
        IrcRequest<IrcWhois> missing = session.Ask(IrcUserRequests.Whois("nobody"));
        session.Hear(
            ":s 311 me Alice user host * :Real Name", ":s 319 me alice :@#a +#b", ":s 319 me alice :#c", ":s 312 me alice srv :Server", ":s 317 me alice 65 1700000000 :idle",
            ":s 330 me alice acc :is logged in as", ":s 671 me alice :secure", ":s 301 me alice :lunch", ":s 401 me nobody :No such nick", ":s 318 me alice :End");
        Assert.Equal(("Alice", "acc", 65d, 3, "lunch", true), (asking.Result!.Nick, asking.Result.Account, asking.Result.Idle!.Value.TotalSeconds, asking.Result.Channels.Count, asking.Result.AwayMessage, asking.Result.IsSecure));
        Assert.Equal(401, missing.Failure!.Numeric);
        Assert.DoesNotContain(session.Events, told => told is IrcNumericEvent);
    }

    [Fact]
    public void WhoAndListComeEntryByEntry()
    {
        ScriptedSession session = ScriptedSession.Registered(NoLabels);
        session.Join("#x", "me alice");
        var who = new List<IrcWhoEntry>();
        IrcRequest<bool> asking = session.Ask(IrcUserRequests.Who("#x", true, entry => { who.Add(entry); return true; }));
        Assert.Equal("WHO #x %tcuhsnfar,701\r\n", session.Take());
        session.Hear(":s 354 me 701 #x u h srv alice G*@ acc :Real Name", ":s 354 me 701 #x u h srv bob H 0 :B", ":s 354 me 9 other", ":s 315 me #x :End");
        Assert.True(asking.Result);
        Assert.Equal(("alice", "acc", true, "@"), (who[0].Nick, who[0].Account, who[0].IsAway, who[0].Prefixes));
        Assert.Equal((null, true), (who[1].Account, who[1].IsAccountKnown));
        Assert.Equal("acc", session.State.FindUser("alice")!.Account);

        var list = new List<IrcListedChannel>();
        IrcRequest<bool> listing = session.Ask(IrcChannelRequests.List(null, entry => { list.Add(entry); return list.Count < 2; }));
        session.Hear(":s 321 me Channel :Users Name", ":s 322 me #a 5 :[+nt] topic", ":s 322 me #b x", ":s 322 me #c 1 :", ":s 323 me :End");
        Assert.Equal(IrcRequestFailureKind.LimitExceeded, listing.Failure!.Kind);
        Assert.Equal(["#a", "#b"], list.Select(channel => channel.Name));
    }

    [Fact]
    public void WatchedUsersComeAndGo()
    {
        ScriptedSession session = ScriptedSession.Registered(NoLabels);
        session.Act(machine => machine.Monitor(["Alice", "bob"], []));
        IrcRequest<IReadOnlyDictionary<string, bool>> asking = session.Ask(IrcUserRequests.Monitor(["Alice", "bob"], IrcCaseMapping.Rfc1459));
        session.Hear(":s 730 me :alice!a@b", ":s 731 me :bob");
        Assert.True(asking.Result!["alice"]);
        Assert.False(asking.Result["BOB"]);
        session.Events.Clear();
        session.Hear(":s 731 me :alice", ":s 730 me :bob!b@c,stranger!x@y");
        Assert.Equal([("alice", false), ("bob", true)], session.Events.OfType<IrcPresenceEvent>().Select(told => (told.Nick, told.IsOnline)));
        Assert.Equal(2, session.State.Monitored.Count);
        session.Events.Clear();
        session.Hear(":s 730 me :alice!a@b,bob!b@c", ":s 731 me :Alice,bob");
        Assert.Equal([("alice", true), ("Alice", false), ("bob", false)], session.Events.OfType<IrcPresenceEvent>().Select(told => (told.Nick, told.IsOnline)));
    }

    [Fact]
    public void ALabeledNickIsOnesOwnEvenIfItsSourceHasTheNewName()
    {
        ScriptedSession session = ScriptedSession.Registered();
        IrcRequest<string> changing = session.Ask(IrcUserRequests.ChangeNick("new"));
        session.Hear(":new!u@h NICK :new");
        Assert.Equal("me", session.State.Nick);
        session.Hear("@label=1 :new!u@h NICK :new");
        Assert.Equal(("new", "new"), (changing.Result, session.State.Nick));
    }

    [Fact]
    public void AccountsAreRegisteredAndVerified()
    {
        ScriptedSession session = ScriptedSession.Registered("draft/account-registration standard-replies");
        IrcRequest<IrcAccountRegistration> registering = session.Ask(IrcUserRequests.Register("*", "a@b.c", "pass word"));
        Assert.Equal("REGISTER * a@b.c :pass word\r\n", session.Take());
        session.Hear(":s REGISTER VERIFICATION_REQUIRED me :look into your mail");
        Assert.Equal(new IrcAccountRegistration("me", true, "look into your mail"), registering.Result);
        IrcRequest<IrcAccountRegistration> verifying = session.Ask(IrcUserRequests.Verify("me", "123"));
        session.Hear(":s FAIL VERIFY INVALID_CODE me :no");
        Assert.Equal("INVALID_CODE", verifying.Failure!.Code);
    }

    [Fact]
    public void ARequestsTimeBeginsWhenItIsSent()
    {
        ScriptedSession session = ScriptedSession.Registered(NoLabels, settings: new IrcClientSettings { Nick = "me" });
        IrcRequest<IrcWhois>[] asking = [.. Enumerable.Range(0, 7).Select(i => session.Ask(IrcUserRequests.Whois($"u{i}")))];
        Assert.Equal(5, session.Take().Split('\n').Length - 1);
        session.Advance(2);
        Assert.Equal("WHOIS u5\r\n", session.Take());
        session.Advance(2);
        Assert.Equal("WHOIS u6\r\n", session.Take());
        session.Advance(26);
        Assert.Equal(IrcRequestFailureKind.TimedOut, asking[4].Failure!.Kind);
        Assert.False(asking[5].IsOver);
        session.Advance(4);
        Assert.All(asking, request => Assert.True(request.IsOver));
    }

    [Fact]
    public void WhatWaitsFailsWithTheConnection()
    {
        ScriptedSession session = ScriptedSession.Registered(NoLabels, settings: new IrcClientSettings { Nick = "me" });
        IrcRequest<IrcClientChannel>[] joining = [.. Enumerable.Range(0, 7).Select(i => session.Ask(IrcChannelRequests.Join($"#{i}", null)))];
        session.Hear(":s ERROR :Closing Link");
        session.End();
        Assert.All(joining, request => Assert.Equal(IrcRequestFailureKind.ConnectionEnded, request.Failure!.Kind));
        Assert.Contains("Closing Link", session.EndDetail);
        Assert.Equal(IrcRequestFailureKind.ConnectionEnded, session.Ask(IrcChannelRequests.Join("#x", null)).Failure!.Kind);
    }

    [Fact]
    public void TooManyRequestsAreRefused()
    {
        ScriptedSession session = ScriptedSession.Registered(NoLabels, settings: new IrcClientSettings { Nick = "me", Limits = { MaxQueuedLines = 10 } });
        IrcRequest<bool>[] asked = [.. Enumerable.Range(0, 20).Select(_ => session.Ask(IrcUserRequests.SetAway("x")))];
        Assert.Contains(asked, request => request.Failure?.Kind == IrcRequestFailureKind.LimitExceeded);
    }

    [Fact]
    public void AnEchoIsOnlyTakenFromAServerThatEchoes()
    {
        ScriptedSession session = ScriptedSession.Registered("echo-message");
        IrcRequest<IrcSentMessage> sending = session.Ask(IrcMessageRequests.Send(new IrcMessage("PRIVMSG", "#x", "hi")));
        session.Hear(":me!u@h PRIVMSG #x :other", ":alice!a@h PRIVMSG #x :hi");
        Assert.False(sending.IsOver);
        session.Hear(":me!u@h PRIVMSG #x :hi");
        Assert.True(sending.Result!.IsAcknowledged);

        ScriptedSession silent = ScriptedSession.Registered(NoLabels);
        Assert.False(silent.Ask(IrcMessageRequests.Send(new IrcMessage("PRIVMSG", "#x", "hi"))).Result!.IsAcknowledged);
    }

    [Fact]
    public void AJoinOfAChannelThatOneIsInIsAnsweredByNothing()
    {
        ScriptedSession session = ScriptedSession.Registered(NoLabels);
        session.Hear(":me!u@h JOIN #x");
        IrcRequest<IrcClientChannel> joining = session.Ask(IrcChannelRequests.Join("#x", null));
        Assert.Equal("JOIN #x\r\nPING rwb1\r\n", session.Take());
        session.Hear(":s PONG s rwb1");
        Assert.Equal("#x", joining.Result!.Name);
    }

    [Fact]
    public void AJoinOutlivesThePongOfWhoeverIsBetween()
    {
        ScriptedSession session = ScriptedSession.Registered(NoLabels);
        IrcRequest<IrcClientChannel> joining = session.Ask(IrcChannelRequests.Join("#x", null));
        session.Hear(":bouncer PONG s rwb1");
        Assert.False(joining.IsOver);
        session.Hear(":me!u@h JOIN #x", ":s 353 me = #x :me", ":s 366 me #x :End");
        Assert.Single(joining.Result!.Members);
    }

    [Fact]
    public void WhatIsGivenUpSwallowsTheRestOfItsAnswer()
    {
        ScriptedSession session = ScriptedSession.Registered(NoLabels);
        var (first, second) = (new List<string>(), new List<string>());
        IrcRequest<bool> one = session.Ask(IrcChannelRequests.List(null, entry => { first.Add(entry.Name); return true; }));
        session.Hear(":s 322 me #one 5 :t");
        session.Act(_ => one.GiveUp(new IrcRequestFailure(IrcRequestFailureKind.TimedOut, "enough")));
        IrcRequest<bool> two = session.Ask(IrcChannelRequests.List("#two", entry => { second.Add(entry.Name); return true; }));
        session.Events.Clear();
        session.Hear(":s 322 me #three 9 :t", ":s 323 me :End");
        Assert.False(two.IsOver);
        session.Hear(":s 321 me C :U", ":s 322 me #two 7 :t", ":s 323 me :End");
        Assert.True(two.Result);
        Assert.Equal(["#one"], first);
        Assert.Equal(["#two"], second);
        Assert.Empty(session.Events);
    }

    [Fact]
    public void WhatIsTooLongSwallowsTheRestAndSoDoesWhatIsTooSlowForAWhile()
    {
        ScriptedSession session = ScriptedSession.Registered(NoLabels, settings: new IrcClientSettings { Nick = "me", Pacing = new IrcPacing { Penalty = TimeSpan.Zero }, PingTimeout = TimeSpan.FromHours(1) });
        IrcRequest<bool> full = session.Ask(IrcChannelRequests.List(null, _ => false));
        session.Hear(":s 322 me #one 5 :t");
        Assert.Equal(IrcRequestFailureKind.LimitExceeded, full.Failure!.Kind);
        session.Hear(":s 322 me #two 5 :t", ":s 323 me :End");
        Assert.Empty(session.Events);

        IrcRequest<bool> slow = session.Ask(IrcChannelRequests.List(null, _ => true));
        session.Hear(":s 322 me #one 5 :t");
        session.Advance(30);
        Assert.Equal(IrcRequestFailureKind.TimedOut, slow.Failure!.Kind);
        session.Hear(":s 322 me #two 5 :t");
        Assert.DoesNotContain(session.Events, told => told is IrcNumericEvent);
        session.Advance(30);
        session.Hear(":s 322 me #three 5 :t");
        Assert.Equal(322, session.Told<IrcNumericEvent>().Numeric);
    }

    [Fact]
    public void EachAnswerToIsonIsTheFirstQuestions()
    {
        ScriptedSession session = ScriptedSession.Registered(NoLabels, "CHANTYPES=#", settings: new IrcClientSettings { Nick = "me", Pacing = new IrcPacing { Penalty = TimeSpan.Zero }, PingTimeout = TimeSpan.FromHours(1) });
        session.Hear(":me!u@h NICK me_", ":s 433 me_ me :in use");
        session.Take();
        session.Advance(60);
        Assert.Contains("ISON me\r\n", session.Take());
        session.Act(machine => machine.TrySend(new IrcMessage("ISON", "raw")));
        IrcRequest<IReadOnlyList<string>> asking = session.Ask(IrcUserRequests.IsOn(["alice"]));
        session.Hear(":s 303 me_ :");
        Assert.False(asking.IsOver);
        Assert.Contains("NICK me\r\n", session.Take());
        session.Events.Clear();
        session.Hear(":s 303 me_ :");
        Assert.False(asking.IsOver);
        Assert.Equal(303, session.Told<IrcNumericEvent>().Numeric);
        session.Hear(":s 303 me_ :Alice");
        Assert.Equal(["Alice"], asking.Result!);
    }

    [Fact]
    public void WhereTheServerLabelsWhatHasNoLabelIsNoAnswer()
    {
        ScriptedSession session = ScriptedSession.Registered();
        IrcRequest<IReadOnlyList<string>> asking = session.Ask(IrcUserRequests.IsOn(["alice"]));
        IrcRequest<bool> listing = session.Ask(IrcChannelRequests.List(null, _ => true));
        session.Hear(":s 303 me :", ":s 323 me :End");
        Assert.False(asking.IsOver || listing.IsOver);
        session.Hear("@label=1 :s 303 me :alice", "@label=2 :s 323 me :End");
        Assert.Single(asking.Result!);
        Assert.True(listing.Result);
    }

    [Fact]
    public void AnEchoThatTheChannelHasChangedIsNotWaitedFor()
    {
        ScriptedSession session = ScriptedSession.Registered("echo-message");
        IrcRequest<IrcSentMessage> sending = session.Ask(IrcMessageRequests.Send(new IrcMessage("PRIVMSG", "#x", "\u0002hi")));
        session.Hear(":me!u@h PRIVMSG #x :hi", ":s PONG s rwb1");
        Assert.Equal(("\u0002hi", true, null), (sending.Result!.Text, sending.Result.IsAcknowledged, sending.Result.MessageId));
    }
}
