using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Tests.Static.Wire;

public sealed class ListingOrderTests
{
    private static readonly SiteEntry[] Entries =
    [
        new("part 10", false, 5, 300), new("Part 9", false, 50, 200), new("part 1", false, 500, 100), new("zoo", true, 0, 400), new("Bar", true, 0, 50),
    ];

    [Theory]
    [InlineData("", "Bar zoo part 1 Part 9 part 10")]
    [InlineData("sort=name&order=desc", "zoo Bar part 10 Part 9 part 1")]
    [InlineData("sort=size", "Bar zoo part 10 Part 9 part 1")]
    [InlineData("sort=size&order=desc", "Bar zoo part 1 Part 9 part 10")]
    [InlineData("order=desc&sort=date", "zoo Bar part 10 Part 9 part 1")]
    [InlineData("sort=date", "Bar zoo part 1 Part 9 part 10")]
    [InlineData("sort=rm&order=up&&=", "Bar zoo part 1 Part 9 part 10")]
    public void Sorts_with_folders_first(string query, string expected)
    {
        SiteEntry[] entries = [.. Entries];
        Array.Sort(entries, ListingOrder.Parse(query).Compare);
        Assert.Equal(expected, string.Join(' ', entries.Select(e => e.Name)));
    }

    [Fact]
    public void Its_query_asks_for_itself()
    {
        foreach (ListingColumn column in Enum.GetValues<ListingColumn>())
        {
            foreach (bool descending in new[] { false, true })
            {
                ListingOrder order = new(column, descending);
                Assert.Equal(order, ListingOrder.Parse(order.ToQuery().AsSpan(1)));
                Assert.Equal(order with { Descending = !descending }, order.Toggled(column));
            }
        }
        Assert.True(default(ListingOrder).Toggled(ListingColumn.Date).Descending);
    }

    [Fact]
    public void Is_an_order()
    {
        const int seed = 5;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        string Name() => string.Concat(Enumerable.Range(0, random.Next(1, 5)).Select(_ => "aB019"[random.Next(5)]));
        SiteEntry[] entries = [.. Enumerable.Range(0, 60).Select(_ => new SiteEntry(Name(), false, 0, 0))];
        foreach (SiteEntry a in entries)
        {
            foreach (SiteEntry b in entries)
            {
                Assert.Equal(Math.Sign(default(ListingOrder).Compare(a, b)), -Math.Sign(default(ListingOrder).Compare(b, a)));
                Assert.Equal(a.Name == b.Name, default(ListingOrder).Compare(a, b) == 0);
                foreach (SiteEntry c in entries)
                {
                    if (default(ListingOrder).Compare(a, b) < 0 && default(ListingOrder).Compare(b, c) < 0) Assert.True(default(ListingOrder).Compare(a, c) < 0);
                }
            }
        }
    }
}
