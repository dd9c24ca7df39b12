using System.Text;
using Ping.Wire;
using Ropewalk.Testing;

namespace Ping.Tests.Wire;

public sealed class PingRequestDecoderTests
{
    [Theory]
    [InlineData("PING abc\r\nPING \r\nPING a b\n", "Probe abc|Probe |Probe a b")]
    [InlineData("QUIT\r\n", "Quit ")]
    [InlineData("ping abc\r\nPING x\r\n", "! UnknownWord|Probe x")]
    [InlineData("PING a\tb\r\nPING a?b\r\nPING \u00e9\r\n", "! NotText|Probe a?b|! NotText")]
    [InlineData("PING unfinished", "")]
    public void Vectors(string input, string outcomes)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(input);
        Assert.Equal(outcomes, string.Join('|', DecoderFeed.Whole(new PingRequestDecoder(), bytes, Show)));
        Assert.Equal(outcomes, string.Join('|', DecoderFeed.PerByte(new PingRequestDecoder(), bytes, Show)));
    }

    [Fact]
    public void AnyBytesAreRequestsOrViolationsAndNeverAnException()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            byte[] input = new byte[random.Next(1500)];
            for (int i = 0; i < input.Length; i++)
            {
                input[i] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"PING QUIT\r\n"[random.Next(11)];
            }

            List<string> whole = DecoderFeed.Whole(new PingRequestDecoder(), input, Show);
            Assert.True(whole.SequenceEqual(DecoderFeed.Randomly(new PingRequestDecoder(), input, Show, random)), $"seed {seed}");
        }
    }

    private static string Show(PingRequest request) => $"{request.Kind} {request.Token}";
}
