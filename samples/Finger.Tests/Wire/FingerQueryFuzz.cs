using System.Buffers;
using Finger.Wire;
using FsCheck;
using FsCheck.Fluent;
using Ropewalk.Testing;

namespace Finger.Tests.Wire;

public sealed class FingerQueryFuzz
{
    [Fact]
    public void AnyBytesAreAQueryOrAViolationAndNeverAnException()
    {
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            byte[] input = new byte[random.Next(80)];
            for (int i = 0; i < input.Length; i++)
            {
                input[i] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)"/W @ab\r\n"[random.Next(8)];
            }

            List<string> whole = DecoderFeed.Whole(new FingerQueryDecoder(20), input, FingerQueryDecoderTests.Show);
            string what = $"seed {seed}: {Convert.ToHexString(input)}";
            Assert.True(whole.SequenceEqual(DecoderFeed.PerByte(new FingerQueryDecoder(20), input, FingerQueryDecoderTests.Show)), what);
            Assert.True(whole.SequenceEqual(DecoderFeed.Randomly(new FingerQueryDecoder(20), input, FingerQueryDecoderTests.Show, random)), what);
        }
    }

    [Fact]
    public void EveryQueryComesBack()
    {
        Gen<string> word = Gen.Elements("alice", "b", "x.example.org", "Ænne", "/", "W", "").Select(s => s);
        Gen<string> text = from verbose in Gen.Elements("", "/W ")
                           from user in word
                           from hosts in Gen.ArrayOf(word, 3)
                           select verbose + user + string.Concat(hosts.Where(host => host.Length > 0).Select(host => "@" + host));
        Prop.ForAll(text.ToArbitrary(), line =>
        {
            if (!FingerQuery.TryParse(System.Text.Encoding.UTF8.GetBytes(line), out FingerQuery? query, out _))
            {
                return line.Contains('/', StringComparison.Ordinal);
            }

            ArrayBufferWriter<byte> output = new();
            new FingerQueryEncoder().Encode(query, output);
            var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(output.WrittenMemory));
            new FingerQueryDecoder(510).Decode(ref reader, out FingerQuery? back);
            return query.Equals(back) && reader.End;
        }).QuickCheckThrowOnFailure();
    }
}
