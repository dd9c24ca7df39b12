using System.Text;
using Ropewalk.Chat.Irc.Network;

namespace Ropewalk.Chat.Tests.Irc.Network;

/// <summary>The two rings in which a channel's messages are kept, held against a plain list.</summary>
public sealed class HistoryRingTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void TheRingsKeepWhatAListWouldKeep(int seed)
    {
        var random = new Random(seed);
        int mostMessages = random.Next(1, 40);
        int mostBytes = random.Next(200, 6000);
        var history = new IrcHistory(mostMessages, mostBytes);
        var model = new List<Kept>();
        DateTimeOffset now = Start;
        for (int i = 0; i < 1500; i++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(3));
            var kept = new Kept(now, $"id{i}", Text(random, 60), Text(random, 30), Text(random, 100), Text(random, random.Next(5) == 0 ? 7000 : 400), (IrcHistoryKind)random.Next(3), random.Next(2) == 0);
            Add(history, kept);
            if (kept.Bytes <= mostBytes)
            {
                model.Add(kept);
                while (model.Count > mostMessages || model.Sum(one => one.Bytes) > mostBytes)
                {
                    model.RemoveAt(0);
                }
            }

            Assert.Equal(model.Count, history.Count);
            int probe = model.Count == 0 ? -1 : random.Next(model.Count);
            if (probe >= 0)
            {
                Assert.Equal(model[probe], Read(history, probe));
                Assert.Equal(probe, history.Find(Encoding.UTF8.GetBytes(model[probe].Id)));
            }

            DateTimeOffset time = now - TimeSpan.FromMilliseconds(random.Next(40));
            Assert.Equal(model.TakeWhile(one => one.Time < time).Count(), history.FirstNotBefore(time));
            Assert.Equal(model.TakeWhile(one => one.Time <= time).Count(), history.FirstAfter(time));
        }

        Assert.Equal(model, Enumerable.Range(0, history.Count).Select(index => Read(history, index)));
        Assert.Equal(-1, history.Find("id0"u8));
    }

    [Fact]
    public void NothingIsKeptWhereNothingMayBe()
    {
        var none = new IrcHistory(0, 1000);
        Add(none, new Kept(Start, "a", "s", "", "", "text", IrcHistoryKind.PrivMsg, false));
        var small = new IrcHistory(10, 5);
        Add(small, new Kept(Start, "a", "s", "", "", "text", IrcHistoryKind.PrivMsg, false));
        Assert.Equal((0, 0), (none.Count, small.Count));
        Assert.Equal(0, none.FirstNotBefore(Start));
        Assert.Equal(0, none.FirstAfter(DateTimeOffset.MaxValue));
    }

    [Fact]
    public void AMessageOfJustTheBoundIsKept()
    {
        var history = new IrcHistory(10, 6);
        Add(history, new Kept(Start, "a", "s", "", "", "text", IrcHistoryKind.Notice, true));
        Add(history, new Kept(Start, "b", "s", "", "", "next", IrcHistoryKind.Notice, true));
        Assert.Equal(1, history.Count);
        Assert.Equal("next", Read(history, 0).Text);
    }

    private static string Text(Random random, int most) => new((char)('a' + random.Next(26)), random.Next(most));

    private static void Add(IrcHistory history, Kept kept) => history.Add(new IrcHistoryMessage
    {
        Time = kept.Time,
        Kind = kept.Kind,
        IsBot = kept.IsBot,
        Id = Encoding.UTF8.GetBytes(kept.Id),
        Source = Encoding.UTF8.GetBytes(kept.Source),
        Account = Encoding.UTF8.GetBytes(kept.Account),
        ClientTags = Encoding.UTF8.GetBytes(kept.Tags),
        Text = Encoding.UTF8.GetBytes(kept.Text),
    });

    private static Kept Read(IrcHistory history, int index)
    {
        IrcHistoryMessage message = history.Read(index);
        return new Kept(
            message.Time,
            Encoding.UTF8.GetString(message.Id),
            Encoding.UTF8.GetString(message.Source),
            Encoding.UTF8.GetString(message.Account),
            Encoding.UTF8.GetString(message.ClientTags),
            Encoding.UTF8.GetString(message.Text),
            message.Kind,
            message.IsBot);
    }

    private sealed record Kept(DateTimeOffset Time, string Id, string Source, string Account, string Tags, string Text, IrcHistoryKind Kind, bool IsBot)
    {
        public int Bytes => Id.Length + Source.Length + Account.Length + Tags.Length + Text.Length;
    }
}
