using Microsoft.Extensions.Primitives;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Tests.Static.Wire;

public sealed class PreconditionsTests
{
    private const string Older = "Mon, 06 May 2024 07:08:08 GMT";
    private const string Same = "Mon, 06 May 2024 07:08:09 GMT";
    private const string Newer = "Mon, 06 May 2024 07:08:10 GMT";
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Modified = new(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);
    private static readonly Validators Current = new("\"v1\"", Same, Modified.ToUnixTimeSeconds());

    // RFC 9110 §13.2.2, line by line: If-Match · If-Unmodified-Since · If-None-Match · If-Modified-Since
    [Theory]
    [InlineData(null, null, null, null, PreconditionOutcome.Proceed)]
    // step 1
    [InlineData("\"v1\"", null, null, null, PreconditionOutcome.Proceed)]
    [InlineData("*", null, null, null, PreconditionOutcome.Proceed)]
    [InlineData("\"v0\", \"v1\"", null, null, null, PreconditionOutcome.Proceed)]
    [InlineData("\"v0\"", null, null, null, PreconditionOutcome.Failed)]
    [InlineData("W/\"v1\"", null, null, null, PreconditionOutcome.Failed)]
    [InlineData("v1", null, null, null, PreconditionOutcome.Failed)]
    // step 1 hides step 2
    [InlineData("\"v1\"", Older, null, null, PreconditionOutcome.Proceed)]
    [InlineData("\"v0\"", Newer, null, null, PreconditionOutcome.Failed)]
    // step 2
    [InlineData(null, Older, null, null, PreconditionOutcome.Failed)]
    [InlineData(null, Same, null, null, PreconditionOutcome.Proceed)]
    [InlineData(null, Newer, null, null, PreconditionOutcome.Proceed)]
    [InlineData(null, "yesterday", null, null, PreconditionOutcome.Proceed)]
    // step 3
    [InlineData(null, null, "\"v1\"", null, PreconditionOutcome.NotModified)]
    [InlineData(null, null, "W/\"v1\"", null, PreconditionOutcome.NotModified)]
    [InlineData(null, null, "*", null, PreconditionOutcome.NotModified)]
    [InlineData(null, null, "\"a\",\"b\" , \"v1\"", null, PreconditionOutcome.NotModified)]
    [InlineData(null, null, "\"v0\"", null, PreconditionOutcome.Proceed)]
    [InlineData(null, null, "v1", null, PreconditionOutcome.Proceed)]
    // step 3 hides step 4
    [InlineData(null, null, "\"v0\"", Newer, PreconditionOutcome.Proceed)]
    [InlineData(null, null, "\"v1\"", Older, PreconditionOutcome.NotModified)]
    // step 4
    [InlineData(null, null, null, Older, PreconditionOutcome.Proceed)]
    [InlineData(null, null, null, Same, PreconditionOutcome.NotModified)]
    [InlineData(null, null, null, Newer, PreconditionOutcome.NotModified)]
    [InlineData(null, null, null, "soon", PreconditionOutcome.Proceed)]
    // 1 and 2 come before 3 and 4
    [InlineData("\"v0\"", null, "\"v1\"", null, PreconditionOutcome.Failed)]
    [InlineData("\"v1\"", null, "\"v1\"", null, PreconditionOutcome.NotModified)]
    [InlineData(null, Older, "\"v1\"", null, PreconditionOutcome.Failed)]
    [InlineData(null, Same, null, Same, PreconditionOutcome.NotModified)]
    public void Follows_the_precedence(string? ifMatch, string? unmodifiedSince, string? ifNoneMatch, string? modifiedSince, PreconditionOutcome expected)
    {
        RequestConditions request = new(Field(ifMatch), Field(ifNoneMatch), Field(modifiedSince), Field(unmodifiedSince), default);
        Assert.Equal(expected, Preconditions.Evaluate(Current, request, Now));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("\"v1\"", true)]
    [InlineData("W/\"v1\"", false)]
    [InlineData("\"v0\"", false)]
    [InlineData(Same, true)]
    [InlineData("Monday, 06-May-24 07:08:09 GMT", true)]
    [InlineData(Newer, false)]
    [InlineData(Older, false)]
    [InlineData("nonsense", false)]
    [InlineData("", false)]
    public void A_range_counts_if_the_part_belongs_to_the_same_state(string? ifRange, bool expected) =>
        Assert.Equal(expected, Preconditions.RangeCounts(Current, Field(ifRange), Now));

    [Fact]
    public void A_date_does_not_prove_the_state_of_a_file_that_changed_this_second()
    {
        Assert.False(Preconditions.RangeCounts(Current, Same, Modified.AddMilliseconds(900)));
        Assert.True(Preconditions.RangeCounts(Current, Same, Modified.AddSeconds(1)));
    }

    [Fact]
    public void A_weak_tag_never_proves_a_range()
    {
        Validators weak = Current with { EntityTag = "W/\"v1\"" };
        Assert.False(Preconditions.RangeCounts(weak, "W/\"v1\"", Now));
        Assert.Equal(PreconditionOutcome.NotModified, Preconditions.Evaluate(weak, new RequestConditions(default, "W/\"v1\"", default, default, default), Now));
    }

    private static StringValues Field(string? value) => value is null ? default : new StringValues(value);
}
