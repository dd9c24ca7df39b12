using Ropewalk.Chat.Irc.Network;
using Ropewalk.Chat.Irc.Wire;

namespace Ropewalk.Chat.Tests.Irc.Network;

/// <summary>Long replies go out piece by piece, as the client takes them; what happens between two pieces is seen in the rest.</summary>
public sealed class LongReplyTests
{
    // What may wait, what is gathered before it is sent, and a line.
    private const long Most = (64 * 1024) + (16 * 1024) + 9000;

    [Theory]
    [InlineData("NAMES #big")]
    [InlineData("NAMES #big,#big,#big,#none,#big")]
    [InlineData("WHO #big")]
    [InlineData("JOIN #big2,#big3")]
    public void NamesNeverFillASendQueue(string line)
    {
        NetworkBench bench = Crowd(out NetworkBench.Link asking, "#big", "#big2", "#big3");
        bench.Send(asking, line);
        Assert.InRange(asking.MostQueuedBytes, 16 * 1024, Most);
        foreach (IGrouping<string, IrcMessage> names in asking.Take().Where(message => message.Numeric is 353).GroupBy(message => message[2]))
        {
            string[] told = [.. names.SelectMany(message => message.Last.Split(' '))];
            Assert.Equal(told.Length / told.Distinct().Count() * told.Distinct().Count(), told.Length);
            Assert.True(told.Distinct().Count() >= 3000);
        }
    }

    [Fact]
    public void WhoLeavesMeanwhileIsNotAmongTheNames()
    {
        NetworkBench bench = Crowd(out NetworkBench.Link asking, "#big");
        NetworkBench.Link leaver = bench.Links.First(link => link.User.Nick.AsSpan().SequenceEqual("user2999"u8));
        bench.Network.Receive(asking.User, "NAMES #big"u8, bench.Now);
        Assert.True(bench.Network.TryTakeWork(out IrcWork? work));
        bench.Send(leaver, "PART #big");
        while (work is not null)
        {
            asking.Drain();
            bench.Network.Complete(work, bench.Now);
            bench.Network.TryTakeWork(out work);
        }

        string[] told = [.. asking.Take().Where(message => message.Numeric is 353).SelectMany(message => message.Last.Split(' '))];
        Assert.DoesNotContain(told, name => name.StartsWith("user2999!", StringComparison.Ordinal));
        Assert.Equal(3000, told.Length);
    }

    [Fact]
    public void HistoryWaitsForWhatAnEarlierCommandHasLeftInTheQueue()
    {
        var bench = new NetworkBench();
        NetworkBench.Link link = bench.Register("a", IrcClientCapabilities.Batch);
        bench.Send(link, "JOIN #x");
        bench.Send(link, "PRIVMSG #x :said");
        link.Take();
        link.QueuedBytes = 100_000;
        bench.Network.Receive(link.User, "CHATHISTORY LATEST #x * 10"u8, bench.Now);
        Assert.Equal(100_000, link.QueuedBytes);
        Assert.True(bench.Network.TryTakeWork(out IrcWork? work));
        link.Drain();
        bench.Network.Complete(work!, bench.Now);
        Assert.False(bench.Network.HasWork);
        Assert.Equal(["BATCH", "PRIVMSG", "BATCH"], link.Take().Select(message => message.Command));
    }

    [Fact]
    public void HistoryThatGoesMeanwhileIsLeftOutAndNothingIsToldTwice()
    {
        var bench = new NetworkBench(options => options.Limits = new IrcNetworkLimits { HistoryMessages = 300, HistoryPerRequest = 300, HistoryBytes = 1 << 20 });
        NetworkBench.Link reader = bench.Register("a", IrcClientCapabilities.Batch);
        NetworkBench.Link speaker = bench.Register("b");
        bench.Send(reader, "JOIN #x");
        bench.Send(speaker, "JOIN #x");
        Say(bench, speaker, 0, 300);
        reader.Take();
        bench.Network.Receive(reader.User, "CHATHISTORY LATEST #x * 300"u8, bench.Now);
        Assert.True(bench.Network.TryTakeWork(out IrcWork? work));
        Assert.InRange(reader.QueuedBytes, 64 * 1024, Most);
        int told = reader.Take().Count(message => message.Command == "PRIVMSG");

        // The ring goes on by as many as were told, and fifty more.
        Say(bench, speaker, 300, told + 50);
        reader.Take();
        while (work is not null)
        {
            bench.Network.Complete(work, bench.Now);
            bench.Network.TryTakeWork(out work);
            reader.Drain();
        }

        IrcMessage[] rest = [.. reader.Take()];
        Assert.Equal("BATCH", rest[^1].Command);
        Assert.Equal(Enumerable.Range(told + 50, 300 - told - 50), rest[..^1].Select(message => int.Parse(message.Last.TrimEnd('.'), System.Globalization.CultureInfo.InvariantCulture)));
        Assert.All(rest[..^1], message => Assert.NotNull(message.Tag("batch")));
    }

    [Fact]
    public void WhoIsPutOutMeanwhileReadsNoMore()
    {
        var bench = new NetworkBench(options => options.Limits = new IrcNetworkLimits { HistoryMessages = 300, HistoryPerRequest = 300, HistoryBytes = 1 << 20 });
        NetworkBench.Link speaker = bench.Register("b");
        NetworkBench.Link reader = bench.Register("a", IrcClientCapabilities.Batch);
        bench.Send(speaker, "JOIN #x");
        bench.Send(reader, "JOIN #x");
        Say(bench, speaker, 0, 300);
        reader.Take();
        bench.Network.Receive(reader.User, "CHATHISTORY LATEST #x * 300"u8, bench.Now);
        Assert.True(bench.Network.TryTakeWork(out IrcWork? work));
        bench.Send(speaker, "KICK #x a");
        reader.Take();
        bench.Network.Complete(work!, bench.Now);
        Assert.Equal("BATCH", Assert.Single(reader.Take()).Command);
    }

    private static void Say(NetworkBench bench, NetworkBench.Link speaker, int from, int count)
    {
        for (int i = from; i < from + count; i++)
        {
            bench.Send(speaker, FormattableString.Invariant($"PRIVMSG #x :{i}{new string('.', 400)}"));
        }
    }

    private static NetworkBench Crowd(out NetworkBench.Link asking, params string[] channels)
    {
        var bench = new NetworkBench();
        var crowd = new IrcConnectionClass { Name = "crowd", MaxConnections = 10_000 };
        for (int i = 0; i < 3000; i++)
        {
            NetworkBench.Link link = bench.Connect(crowd);
            bench.Network.Receive(link.User, System.Text.Encoding.ASCII.GetBytes(FormattableString.Invariant($"NICK user{i}")), bench.Now);
            bench.Network.Receive(link.User, "USER somebody 0 * :a user"u8, bench.Now);
            link.Take();
            foreach (string channel in channels)
            {
                // Without the JOIN that each would be told of each.
                byte[] name = System.Text.Encoding.ASCII.GetBytes(channel);
                (bench.Network.FindChannel(name) ?? bench.Network.AddChannel(name)).Add(link.User);
            }
        }

        asking = bench.Register("asking", IrcClientCapabilities.UserHostInNames | IrcClientCapabilities.NoImplicitNames);
        bench.Send(asking, "JOIN #big");
        asking.User.Capabilities = IrcClientCapabilities.UserHostInNames;
        asking.Take();
        return bench;
    }
}
