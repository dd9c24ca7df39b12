using System.Text;
using Ropewalk.Framing;
using Ropewalk.Testing;

namespace Ropewalk.Tests.Framing;

internal static class FramingAssert
{
    /// <summary>Checks a vector whole, byte by byte and in random pieces; each outcome in <paramref name="outcomes"/> ends with a bar.</summary>
    public static void Decodes<T>(string input, string outcomes, Func<IFrameDecoder<T>> decoder, Func<T, string> keep)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(input);
        Assert.Equal(outcomes, Join(DecoderFeed.Whole(decoder(), bytes, keep)));
        Assert.Equal(outcomes, Join(DecoderFeed.PerByte(decoder(), bytes, keep)));
        for (int seed = 0; seed < 20; seed++)
        {
            Assert.Equal(outcomes, Join(DecoderFeed.Randomly(decoder(), bytes, keep, new Random(seed))));
        }
    }

    private static string Join(List<string> outcomes) => string.Concat(outcomes.Select(o => o + "|"));
}
