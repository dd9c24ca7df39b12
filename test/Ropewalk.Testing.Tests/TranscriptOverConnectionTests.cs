using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Ropewalk.Security.Tls;
using Ropewalk.Sessions;

namespace Ropewalk.Testing.Tests;

/// <summary>Transcripts against handlers and clients on a connection: TLS, time, bytes of all kinds, and each way in which the tested side can fail.</summary>
public sealed class TranscriptOverConnectionTests
{
    private static readonly TranscriptOptions AtOnce = new() { Patience = TimeSpan.Zero };

    public static TheoryData<Delivery> Deliveries => [Delivery.Whole, Delivery.PerLine, Delivery.PerByte];

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task UpgradesToRealTls(Delivery delivery)
    {
        var time = new VirtualTime();
        var transcript = Transcript.Parse(
            """
            S: hello
            C: UPGRADE
            S: go
            upgrade
            C: NAME Änne
            S~ hello .nne
            wait 59s
            C: NAME b
            S: hello b
            wait 60s
            S: too slow
            end S
            """);
        await transcript.PlayClientAsync(
            new GreetingHandler(new SessionOptions { TimeProvider = time }).OnConnectedAsync,
            delivery,
            new TranscriptOptions { Time = time, Upgrade = server => server.UpgradeToTlsAsync(GreetingHandler.ClientTls) });
    }

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task UpgradesAClientToRealTls(Delivery delivery)
    {
        string? heard = null;
        await Transcript.Parse("C: STARTTLS\nS: go\nupgrade\nC: hidden\nS: seen\nend S\nend C").PlayServerAsync(
            async connection =>
            {
                await SayAsync(connection, "STARTTLS\r\n");
                Assert.Equal("go", await ReadLineAsync(connection));
                await connection.UpgradeToTlsAsync(GreetingHandler.ClientTls);
                await SayAsync(connection, "hidden\r\n");
                heard = await ReadLineAsync(connection);
                Assert.Equal("", await ReadLineAsync(connection));
            },
            delivery,
            new TranscriptOptions { Upgrade = client => client.UpgradeToTlsAsync(GreetingHandler.ServerTls) });
        Assert.Equal("seen", heard);
    }

    [Fact]
    public async Task PlaintextBehindTheGoAheadIsNotTakenForAnAnswerOfTheProtectedSide()
    {
        var failure = await Assert.ThrowsAsync<TranscriptMismatchException>(() => Transcript.Parse("C: STARTTLS\nS: go\nupgrade\nS: welcome").PlayClientAsync(
            async connection =>
            {
                await ReadLineAsync(connection);
                await SayAsync(connection, "go\r\nwelcome\r\n");
                await ReadLineAsync(connection);
            },
            options: AtOnce));
        Assert.StartsWith("transcript:3, played Whole: expected nothing behind the go-ahead of the upgrade", failure.Message);
        Assert.EndsWith("got \"welcome\\r\\n\"", failure.Message);
    }

    [Fact]
    public async Task AFailedHandshakeNamesItsLine()
    {
        var failure = await Assert.ThrowsAsync<TranscriptMismatchException>(() => Transcript.Parse("C: STARTTLS\nS: go\nupgrade").PlayClientAsync(
            async connection =>
            {
                await ReadLineAsync(connection);
                await SayAsync(connection, "go\r\n");
                await ReadLineAsync(connection);
                await SayAsync(connection, "this is no ServerHello\r\n");
            },
            options: new TranscriptOptions { Upgrade = server => server.UpgradeToTlsAsync(GreetingHandler.ClientTls) }));
        Assert.StartsWith("transcript:3, played Whole: expected the upgrade", failure.Message);
        Assert.Contains(nameof(TlsException), failure.Message);
    }

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task AWaitTellsADeadlineToTheTick(Delivery delivery)
    {
        await PlayAsync("S: hello\nwait 60s\nS: too slow\nend S");
        await PlayAsync("S: hello\nwait 59.9s\nC> NAME\nwait 100ms\nS: too slow\nend S");

        var early = await Assert.ThrowsAsync<TranscriptMismatchException>(() => PlayAsync("S: hello\nwait 61s\nS: too slow\nend S"));
        Assert.Contains(":2,", early.Message);
        Assert.Contains("expected silence for 00:01:01", early.Message);
        Assert.Contains("got \"too slow\\r\\n\" when only 00:01:00 had passed", early.Message);

        var late = await Assert.ThrowsAsync<TranscriptMismatchException>(() => PlayAsync("S: hello\nwait 59s\nS: too slow\nend S"));
        Assert.Contains(":3,", late.Message);
        Assert.Contains("got silence", late.Message);

        Task PlayAsync(string text)
        {
            var time = new VirtualTime();
            return Transcript.Parse(text).PlayClientAsync(
                new GreetingHandler(new SessionOptions { TimeProvider = time }).OnConnectedAsync, delivery, new TranscriptOptions { Time = time, Patience = TimeSpan.Zero });
        }
    }

    [Fact]
    public async Task EachTimerOnTheWayFindsTheTestedSideReady()
    {
        // Each deadline is armed by what the one before it woke, on other threads than the clock's.
        var time = new VirtualTime();
        List<double> woken = [];
        await Transcript.Parse("wait 10s\nS: ten").PlayClientAsync(
            async connection =>
            {
                for (int i = 0; i < 10; i++)
                {
                    using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await connection.Transport.Input.ReadAsync(deadline.Token));
                    await Task.Yield();
                    woken.Add(time.Elapsed.TotalSeconds);
                }

                await SayAsync(connection, "ten\r\n");
            },
            options: new TranscriptOptions { Time = time });
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (double)i), woken);
    }

    [Fact]
    public async Task AnEndDuringAWaitIsEarly()
    {
        var time = new VirtualTime();
        var failure = await Assert.ThrowsAsync<TranscriptMismatchException>(() => Transcript.Parse("wait 2s\nend S").PlayClientAsync(
            _ => Task.Delay(TimeSpan.FromSeconds(1), time), options: new TranscriptOptions { Time = time }));
        Assert.Contains("got the end of its output when only 00:00:01 had passed", failure.Message);
    }

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task EveryByteCrossesInBothDirections(Delivery delivery)
    {
        string all = string.Concat(Enumerable.Range(0, 256).Select(b => $@"\x{b:X2}"));
        await Transcript.Parse($"C> {all}\nS> {all}\nC: \\0\\t\\\\\nS: \\0\\t\\\\\nend C\nend S").PlayClientAsync(Echo.ServeAsync, delivery);
    }

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task APatternKnowsTextAndBytes(Delivery delivery)
    {
        await Transcript.Parse(
            """
            C: caf\xC3\xA9 \xFF\x00
            S~ caf\xC3\xA9 [\xF0-\xFF]\x00
            C: café
            S~ caf.
            C: café
            S~ caf\xC3\xA9
            C> no carriage return\n
            S~ no [a-z ]+
            """).PlayClientAsync(Echo.ServeAsync, delivery);
        var failure = await Assert.ThrowsAsync<TranscriptMismatchException>(() => Transcript.Parse("C> a\\r\\r\\n\nS~ a").PlayClientAsync(Echo.ServeAsync, delivery, AtOnce));
        Assert.Contains("expected a line like a", failure.Message);
        Assert.Contains("got \"a\\r\\r\\n\"", failure.Message);
    }

    [Fact]
    public async Task ASyncHoldsBackWhatIsSaidAtOnce()
    {
        List<string> pipelined = await ReadsOfAsync("C: a\nS: ok\nC: b\nS: ok");
        List<string> synchronous = await ReadsOfAsync("C: a\nS: ok\nsync\nC: b\nS: ok");
        Assert.Equal(["a\r\nb\r\n"], pipelined);
        Assert.Equal(["a\r\n", "b\r\n"], synchronous);

        static async Task<List<string>> ReadsOfAsync(string text)
        {
            List<string> reads = [];
            await Transcript.Parse(text).PlayClientAsync(async connection =>
            {
                while (await connection.Transport.Input.ReadAsync() is { Buffer.IsEmpty: false } read)
                {
                    reads.Add(Encoding.ASCII.GetString(read.Buffer));
                    connection.Transport.Input.AdvanceTo(read.Buffer.End);
                    await SayAsync(connection, string.Concat(Enumerable.Repeat("ok\r\n", reads[^1].Count(c => c == '\n'))));
                }
            });
            return reads;
        }
    }

    [Fact]
    public async Task PerByteEachReadHasOneByte()
    {
        List<long> reads = [];
        await Transcript.Parse("C: one line\nC: and another\nend C\nend S").PlayClientAsync(
            async connection =>
            {
                while (true)
                {
                    ReadResult read = await connection.Transport.Input.ReadAsync();
                    if (read.Buffer.IsEmpty)
                    {
                        return;
                    }

                    reads.Add(read.Buffer.Length);
                    connection.Transport.Input.AdvanceTo(read.Buffer.End);
                }
            },
            Delivery.PerByte);
        Assert.Equal(Enumerable.Repeat(1L, 23), reads);
    }

    [Theory]
    [InlineData(Delivery.Whole)]
    [InlineData(Delivery.PerLine)]
    public async Task MoreThanTheConnectionHoldsIsSaidWhileTheAnswerIsHeard(Delivery delivery)
    {
        string line = new('x', 300_000);
        await Transcript.Parse($"C: {line}\nC: {line}\nend C\nS: {line}\nS: {line}\nend S").PlayClientAsync(Echo.ServeAsync, delivery);
    }

    [Fact]
    public async Task AResetIsNoEnd()
    {
        var failure = await Assert.ThrowsAsync<TranscriptMismatchException>(() => Transcript.Parse("end S").PlayClientAsync(AbortAsync));
        Assert.Contains("expected the end of its output", failure.Message);
        Assert.Contains("got a reset", failure.Message);
        await Transcript.Parse("reset S").PlayClientAsync(AbortAsync);
        failure = await Assert.ThrowsAsync<TranscriptMismatchException>(() => Transcript.Parse("reset S").PlayClientAsync(_ => Task.CompletedTask));
        Assert.Contains("expected a reset", failure.Message);
        Assert.Contains("got the end of its output", failure.Message);

        static Task AbortAsync(ConnectionContext connection)
        {
            connection.Abort();
            return Task.CompletedTask;
        }
    }

    [Theory]
    [MemberData(nameof(Deliveries))]
    public async Task ThePlayingSideResets(Delivery delivery)
    {
        bool wasReset = false;
        await Transcript.Parse("C: half\nreset C").PlayClientAsync(
            async connection =>
            {
                Assert.Equal("half", await ReadLineAsync(connection));
                await Assert.ThrowsAsync<ConnectionResetException>(() => ReadLineAsync(connection));
                wasReset = true;
            },
            delivery);
        Assert.True(wasReset);
    }

    [Fact]
    public async Task WhatTheTestedSideThrewIsInTheMismatch()
    {
        var broken = new InvalidOperationException("broken inside");
        var failure = await Assert.ThrowsAsync<TranscriptMismatchException>(() => Transcript.Parse("C: a\nS: a\nC: b\nS: b", "broken.txt").PlayClientAsync(
            async connection =>
            {
                await ReadLineAsync(connection);
                await SayAsync(connection, "a\r\n");
                await ReadLineAsync(connection);
                throw broken;
            },
            Delivery.PerLine));
        Assert.StartsWith("broken.txt:4, played PerLine: expected \"b\\r\\n\"", failure.Message);
        Assert.Contains("got the end of its output", failure.Message);
        Assert.Contains("The tested side failed: System.InvalidOperationException: broken inside", failure.Message);
        Assert.Same(broken, failure.InnerException);
    }

    [Fact]
    public async Task WhatTheTestedSideThrowsAfterAllWasSaidIsThrown() =>
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Transcript.Parse("S: done\nend S").PlayClientAsync(async connection =>
        {
            await SayAsync(connection, "done\r\n");
            throw new InvalidTimeZoneException();
        }));

    [Fact]
    public async Task ATestedSideThatNeverEndsIsTold()
    {
        var time = new VirtualTime();
        var failure = await Assert.ThrowsAsync<TranscriptMismatchException>(() => Transcript.Parse("S: hello\n\n# all\n", "endless.txt").PlayClientAsync(
            async connection =>
            {
                await SayAsync(connection, "hello\r\n");
                await Task.Delay(TimeSpan.FromDays(1), time);
            },
            options: new TranscriptOptions { Patience = TimeSpan.Zero, Time = time }));
        Assert.StartsWith("endless.txt:1, played Whole: expected the tested side to return", failure.Message);
        Assert.Contains("got one that still runs; its clock has 1 armed timers", failure.Message);
    }

    [Fact]
    public async Task ATestedSideThatIsSilentIsTold()
    {
        var failure = await Assert.ThrowsAsync<TranscriptMismatchException>(() => Transcript.Parse("C: a\nS: b").PlayServerAsync(
            connection => ReadLineAsync(connection), Delivery.PerLine, AtOnce));
        Assert.StartsWith("transcript:1, played PerLine: expected \"a\\r\\n\"", failure.Message);
        Assert.EndsWith("got silence", failure.Message);
    }

    [Fact]
    public async Task SayingSomethingToOneWhoHasLeftIsNoFailureOfItsOwn() =>
        await Transcript.Parse("S: bye\nend S\nC: one\nC: two").PlayClientAsync(connection => SayAsync(connection, "bye\r\n"), Delivery.PerLine);

    [Fact]
    public async Task NothingRunsInTheContextOfTheCaller()
    {
        SynchronizationContext? outer = SynchronizationContext.Current;
        Task played;
        try
        {
            SynchronizationContext.SetSynchronizationContext(new NeverContext());
            played = Transcript.Parse("C: one\nS: one\nend C\nend S").PlayClientAsync(Echo.ServeAsync, Delivery.PerByte);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }

        await played;
    }

    private static async Task SayAsync(ConnectionContext connection, string latin1) =>
        await connection.Transport.Output.WriteAsync(Encoding.Latin1.GetBytes(latin1));

    private static async Task<string> ReadLineAsync(ConnectionContext connection)
    {
        while (true)
        {
            ReadResult read = await connection.Transport.Input.ReadAsync();
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                string line = Encoding.Latin1.GetString(read.Buffer.Slice(0, end)).TrimEnd('\r');
                connection.Transport.Input.AdvanceTo(read.Buffer.GetPosition(1, end));
                return line;
            }

            connection.Transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted)
            {
                return "";
            }
        }
    }
}
