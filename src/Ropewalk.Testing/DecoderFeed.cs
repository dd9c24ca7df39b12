using System.Buffers;
using System.Text;
using Ropewalk.Framing;

namespace Ropewalk.Testing;

/// <summary>
/// Feeds a decoder as a connection does, in pieces of every kind, and lists what it made of them: a frame as <c>keep</c> shows it, a
/// violation as <c>! rule</c>, one that ends the stream's trust as <c>!! rule</c>. The list must not depend on the pieces.
/// </summary>
public static class DecoderFeed
{
    /// <summary>Feeds everything at once, in one segment.</summary>
    public static List<string> Whole<T>(IFrameDecoder<T> decoder, ReadOnlySpan<byte> bytes, Func<T, string> keep) =>
        Feed(decoder, bytes.ToArray(), keep, static (rest, _) => rest, static (rest, _) => new ReadOnlySequence<byte>(rest));

    /// <summary>Feeds byte by byte, each in a segment of its own.</summary>
    public static List<string> PerByte<T>(IFrameDecoder<T> decoder, ReadOnlySpan<byte> bytes, Func<T, string> keep) =>
        Feed(decoder, bytes.ToArray(), keep, static (_, _) => 1, static (rest, _) => SplitSequence.Every(rest, 1));

    /// <summary>Feeds pieces of seeded length in segments of seeded length.</summary>
    public static List<string> Randomly<T>(IFrameDecoder<T> decoder, ReadOnlySpan<byte> bytes, Func<T, string> keep, Random random) =>
        Feed(decoder, bytes.ToArray(), keep, (rest, _) => random.Next(1, Math.Min(rest, 40) + 1), (rest, _) => SplitSequence.Randomly(rest, random));

    /// <summary>Shows a frame that is bytes, one char per byte.</summary>
    public static string Text(ReadOnlySequence<byte> frame) => Encoding.Latin1.GetString(frame);

    private static List<string> Feed<T>(
        IFrameDecoder<T> decoder, byte[] bytes, Func<T, string> keep, Func<int, int, int> piece, Func<ReadOnlyMemory<byte>, int, ReadOnlySequence<byte>> split)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(keep);
        List<string> outcomes = [];
        int start = 0, end = 0;
        do
        {
            end += end < bytes.Length ? piece(bytes.Length - end, end) : 0;
            var reader = new SequenceReader<byte>(split(bytes.AsMemory(start, end - start), end));
            bool goesOn = Drain(decoder, ref reader, keep, outcomes);
            start += (int)reader.Consumed;
            if (!goesOn)
            {
                return outcomes;
            }
        }
        while (end < bytes.Length);

        return outcomes;
    }

    private static bool Drain<T>(IFrameDecoder<T> decoder, ref SequenceReader<byte> reader, Func<T, string> keep, List<string> outcomes)
    {
        while (true)
        {
            long before = reader.Consumed;
            switch (decoder.Decode(ref reader, out T frame))
            {
                case DecodeStatus.NeedMore:
                    return true;
                case DecodeStatus.Frame:
                    outcomes.Add(keep(frame));
                    break;
                default:
                    outcomes.Add($"{(decoder.Violation.CanContinue ? "!" : "!!")} {decoder.Violation.Rule}");
                    if (!decoder.Violation.CanContinue)
                    {
                        return false;
                    }

                    break;
            }

            if (reader.Consumed < before)
            {
                throw new InvalidOperationException("The decoder has moved its input back behind where it began.");
            }
        }
    }
}
