using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Ropewalk.Testing.Tests;

public sealed class TranscriptTests
{
    public static TheoryData<Delivery> Deliveries => [Delivery.Whole, Delivery.PerLine, Delivery.PerByte];

    [Theory]
    [MemberData(nameof(Deliveries))]
    public void PlaysAgainstASession(Delivery delivery)
    {
        var transcript = Transcript.Parse(
            """
            # all that the machine can do
            S: hello
            C: NAME Änne
            S~ hello .nne
            C: ASK age
            S: age? 7
            wait 59s
            C: NAME b
            S: hello b
            wait 59.9s
            C: UPGRADE
            S: go
            upgrade
            C> NA
            C> ME c\r\n
            S> hell
            S> o c\x0d\x0A
            stop
            S: going down
            end S
            """);
        var server = Server();
        transcript.PlayClient(server, delivery);
        Assert.True(server.Session.Protected);
        Assert.Equal(["age"], server.Events);
    }

    [Theory]
    [MemberData(nameof(Deliveries))]
    public void SilenceMeetsItsDeadline(Delivery delivery) =>
        Transcript.Parse("S: hello\nwait 1m\nS: too slow\nend S").PlayClient(Server(), delivery);

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task PlaysOverAConnection(Delivery delivery) =>
        await Transcript.Parse("C: one\nS: one\nC: two\nS: two\nend C\nend S").PlayClientAsync(Echo.ServeAsync, delivery);

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task PlaysTheServerAgainstAClient(Delivery delivery)
    {
        string? got = null;
        await Transcript.Parse("C: who\nS: me\nend S\nend C").PlayServerAsync(
            async connection =>
            {
                await connection.Transport.Output.WriteAsync("who\r\n"u8.ToArray());
                ReadResult read;
                do
                {
                    read = await connection.Transport.Input.ReadAsync();
                    connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                }
                while (!read.IsCompleted);
                read = await connection.Transport.Input.ReadAsync();
                got = Encoding.UTF8.GetString(read.Buffer);
            },
            delivery);
        Assert.Equal("me\r\n", got);
    }

    [Fact]
    public void AWrongAnswerShowsTheLineTheExpectedAndTheGot()
    {
        var failure = Assert.Throws<TranscriptMismatchException>(() => Transcript.Parse("S: hello\n\nC: NAME x\nS: hello y", "greeting.txt").PlayClient(Server()));
        Assert.StartsWith("greeting.txt:4, played Whole: expected \"hello y\\r\\n\"", failure.Message);
        Assert.EndsWith("got \"hello x\\r\\n\"", failure.Message);
    }

    [Theory]
    [InlineData("S: hello\nC: NAME x", "expected nothing more", "got \"hello x\\r\\n\"")]
    [InlineData("S: hello\nC: NAME x\nwait 1s", "expected silence before the wait", "got \"hello x\\r\\n\"")]
    [InlineData("S: hello\nS: again", "expected \"again\\r\\n\"", "got silence")]
    [InlineData("S: hello\nC: QUIT\nS: bye\nS: again", "expected \"again\\r\\n\"", "got the end of its output")]
    [InlineData("S: hello\nS~ b+", "expected a line like b+", "got silence")]
    [InlineData("S~ h", "expected a line like h", "got \"hello\\r\\n\"")]
    [InlineData("S: hello\nend S", "expected the end of its output", "got silence")]
    public void EachWayToLeaveTheTranscriptIsSeen(string text, string expected, string got)
    {
        var failure = Assert.Throws<TranscriptMismatchException>(() => Transcript.Parse(text).PlayClient(Server()));
        Assert.Contains(expected, failure.Message);
        Assert.Contains(got, failure.Message);
    }

    [Theory]
    [InlineData("X: hello", "t:1: 'X: hello' is none of")]
    [InlineData("S: ok\nwait 5", "t:2: '5' is no time")]
    [InlineData("C: \\q", "t:1: An escape is one of")]
    [InlineData("C: \\x4", "t:1: An escape is one of")]
    [InlineData("C: \\", "t:1: An escape is one of")]
    [InlineData("C: \\x 4", "t:1: An escape is one of")]
    [InlineData("end X", "t:1: 'end X' is none of")]
    [InlineData("S~ (a", "t:1: '(a' is no pattern")]
    [InlineData("wait 99999999999999h", "t:1: '99999999999999h' is no time")]
    [InlineData("wait s", "t:1: 's' is no time")]
    [InlineData("S: a\nend S\n\nS: b", "t:4: S has ended its output in line 2.")]
    [InlineData("reset C\nS: b", "t:2: nothing follows the reset of line 1.")]
    [InlineData("# nothing\n\n", "t:1: nothing is said")]
    [InlineData("wait x\nS: a\nC: \\q", "t:1: 'x' is no time: write 250ms, 30s, 5m or 2h.\nt:3: An escape is one of")]
    public void ABadLineIsNamed(string text, string message) =>
        Assert.StartsWith(message.ReplaceLineEndings(), Assert.Throws<FormatException>(() => Transcript.Parse(text, "t")).Message);

    [Fact]
    public void APatternCannotBeSaid() =>
        Assert.Contains("t:1", Assert.Throws<FormatException>(() => Transcript.Parse("C~ a+", "t").PlayClient(Server())).Message);

    [Fact]
    public void AWaitTellsASessionsDeadlineToTheTick()
    {
        var early = Assert.Throws<TranscriptMismatchException>(() => Transcript.Parse("S: hello\nwait 2m\nS: too slow").PlayClient(Server()));
        Assert.StartsWith("transcript:2, played Whole: expected silence for 00:02:00", early.Message);
        Assert.EndsWith("got \"too slow\\r\\n\" when only 00:01:00 had passed", early.Message);
    }

    [Fact]
    public void ASessionThatWantsNoUpgradeIsShown()
    {
        var failure = Assert.Throws<TranscriptMismatchException>(() => Transcript.Parse("S: hello\nupgrade").PlayClient(Server()));
        Assert.StartsWith("transcript:2, played Whole: expected the upgrade", failure.Message);
        Assert.EndsWith("got a session that wants NeedMore", failure.Message);
    }

    [Theory]
    [MemberData(nameof(Deliveries))]
    public void PlaysTheServerAgainstAClientsSession(Delivery delivery)
    {
        // The machine has no opinion on who called whom: here it is the client.
        var client = Server();
        Transcript.Parse("C: hello\nS: NAME \\xC3\\x84nne\nC~ hello .nne\nS: UPGRADE\nC: go\nupgrade\nS: QUIT\nC: bye\nend C").PlayServer(client, delivery);
        Assert.True(client.IsClosed);
    }

    private static DrivenSession<GreetingSession, string> Server() =>
        new(new GreetingSession(), (session, asked, output, _) => session.Answer($"{asked}? 7", output));
}
