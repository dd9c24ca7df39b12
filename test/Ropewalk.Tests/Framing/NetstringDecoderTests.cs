using Ropewalk.Framing;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Framing;

public sealed class NetstringDecoderTests
{
    [Theory]
    [InlineData("12:hello world!,0:,", "hello world!||")]
    [InlineData("3:a:,,1:z,", "a:,|z|")]
    [InlineData("3:ab", "")]
    [InlineData("3:abc", "")]
    [InlineData("3:abcd", "!! netstring without a comma at its end|")]
    [InlineData("03:abc,", "!! netstring length with a leading zero|")]
    [InlineData("00:,", "!! netstring length with a leading zero|")]
    [InlineData(":,", "!! netstring without a decimal length and a colon|")]
    [InlineData("3 :abc,", "!! netstring without a decimal length and a colon|")]
    [InlineData("-1:,", "!! netstring without a decimal length and a colon|")]
    [InlineData("13:hello, world!,1:z,", "! netstring longer than 12 bytes|z|")]
    [InlineData("13:hello, world!x1:z,", "! netstring longer than 12 bytes|!! netstring without a comma at its end|")]
    [InlineData("9999999999:abc", "! netstring longer than 12 bytes|")]
    [InlineData("99999999999:abc", "!! netstring without a decimal length and a colon|")]
    public void Vectors(string input, string outcomes) => FramingAssert.Decodes(input, outcomes, () => Frames.Netstrings(12), DecoderFeed.Text);

    [Fact]
    public void RandomInputIsNeverAnExceptionAndNeverDependsOnThePieces()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            byte[] input = new byte[random.Next(60)];
            for (int i = 0; i < input.Length; i++)
            {
                input[i] = random.Next(4) == 0 ? (byte)random.Next(256) : (byte)"0123,:"[random.Next(6)];
            }

            List<string> whole = DecoderFeed.Whole(Frames.Netstrings(12), input, DecoderFeed.Text);
            string what = $"seed {seed}: {Convert.ToHexString(input)}";
            Assert.True(whole.SequenceEqual(DecoderFeed.PerByte(Frames.Netstrings(12), input, DecoderFeed.Text)), what);
            Assert.True(whole.SequenceEqual(DecoderFeed.Randomly(Frames.Netstrings(12), input, DecoderFeed.Text, random)), what);
        }
    }
}
