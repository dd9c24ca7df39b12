using System.Globalization;
using Microsoft.Extensions.Primitives;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Tests.Static.Wire;

public sealed class RangeDecoderTests
{
    // expected parts as "start+length", or the status alone
    [Theory]
    // RFC 9110 §14.1.2's own examples, for 10,000 bytes
    [InlineData("bytes=0-499", 10000, "0+500")]
    [InlineData("bytes=500-999", 10000, "500+500")]
    [InlineData("bytes=-500", 10000, "9500+500")]
    [InlineData("bytes=9500-", 10000, "9500+500")]
    [InlineData("bytes=0-0,-1", 10000, "0+1 9999+1")]
    [InlineData("bytes= 0-999, 4500-5499, -1000", 10000, "0+1000 4500+1000 9000+1000")]
    [InlineData("bytes=500-600,601-999", 10000, "500+500")]
    [InlineData("bytes=500-700,601-999", 10000, "500+500")]
    // the ends
    [InlineData("bytes=0-", 10, "0+10")]
    [InlineData("bytes=0-9", 10, "0+10")]
    [InlineData("bytes=0-10", 10, "0+10")]
    [InlineData("bytes=9-9", 10, "9+1")]
    [InlineData("bytes=9-99999999999999999999999999", 10, "9+1")]
    [InlineData("bytes=-10", 10, "0+10")]
    [InlineData("bytes=-11", 10, "0+10")]
    [InlineData("bytes=-99999999999999999999999999", 10, "0+10")]
    [InlineData("BYTES=1-2", 10, "1+2")]
    [InlineData("bytes=,1-2,,", 10, "1+2")]
    [InlineData("bytes=5-6,1-2", 10, "1+2 5+2")]
    [InlineData("bytes=1-2,1-2,1-2", 10, "1+2")]
    [InlineData("bytes=20-30,1-2", 10, "1+2")]
    // behind the end
    [InlineData("bytes=10-", 10, "Unsatisfiable")]
    [InlineData("bytes=10-20", 10, "Unsatisfiable")]
    [InlineData("bytes=-0", 10, "Unsatisfiable")]
    [InlineData("bytes=99999999999999999999999999-", 10, "Unsatisfiable")]
    [InlineData("bytes=10-,20-30", 10, "Unsatisfiable")]
    // no range at all: the whole is sent
    [InlineData("bytes=", 10, "Whole")]
    [InlineData("bytes=,", 10, "Whole")]
    [InlineData("bytes=-", 10, "Whole")]
    [InlineData("bytes=2-1", 10, "Whole")]
    [InlineData("bytes=a-b", 10, "Whole")]
    [InlineData("bytes=1", 10, "Whole")]
    [InlineData("bytes=+1-2", 10, "Whole")]
    [InlineData("bytes=1-2-3", 10, "Whole")]
    [InlineData("bytes=1 -2", 10, "Whole")]
    [InlineData("bytes=--1", 10, "Whole")]
    [InlineData("bytes=1-2;3-4", 10, "Whole")]
    [InlineData("bytes 1-2", 10, "Whole")]
    [InlineData("seconds=1-2", 10, "Whole")]
    [InlineData("", 10, "Whole")]
    [InlineData("bytes=0-1,2-1", 10, "Whole")]
    [InlineData("bytes=0-", 0, "Whole")]
    [InlineData("bytes=-1", 0, "Whole")]
    public void Reads(string field, long length, string expected)
    {
        RangeStatus status = RangeDecoder.Decode(field, length, maxRanges: 16, out ByteRange[] ranges);
        string found = status == RangeStatus.Parts
            ? string.Join(' ', ranges.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Start}+{r.LengthBytes}")))
            : status.ToString();
        Assert.Equal(expected, found);
        if (status != RangeStatus.Parts) Assert.Empty(ranges);
    }

    [Fact]
    public void More_parts_than_allowed_are_ignored()
    {
        string Ask(int parts) => "bytes=" + string.Join(',', Enumerable.Range(0, parts).Select(i => $"{i * 2}-{i * 2}"));
        Assert.Equal(RangeStatus.Parts, RangeDecoder.Decode(Ask(16), 1000, 16, out ByteRange[] ranges));
        Assert.Equal(16, ranges.Length);
        Assert.Equal(RangeStatus.Whole, RangeDecoder.Decode(Ask(17), 1000, 16, out _));
    }

    [Fact]
    public void A_field_in_two_lines_is_ignored() =>
        Assert.Equal(RangeStatus.Whole, RangeDecoder.Decode(new StringValues(["bytes=0-1", "bytes=2-3"]), 10, 16, out _));

    [Fact]
    public void Whatever_comes_the_parts_lie_apart_in_order_and_inside()
    {
        const int seed = 7233;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        const string alphabet = "0123456789-,, \t9";
        for (int i = 0; i < 30_000; i++)
        {
            string field = "bytes=" + string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => alphabet[random.Next(alphabet.Length)]));
            long length = random.Next(0, 200);
            RangeStatus status = RangeDecoder.Decode(field, length, 8, out ByteRange[] ranges);
            if (status != RangeStatus.Parts) continue;
            Assert.InRange(ranges.Length, 1, 8);
            long end = -1;
            foreach (ByteRange range in ranges)
            {
                Assert.True(range.Start > end && range.LengthBytes > 0, field);
                end = range.Start + range.LengthBytes;
                Assert.True(end <= length, field);
            }
        }
    }
}
