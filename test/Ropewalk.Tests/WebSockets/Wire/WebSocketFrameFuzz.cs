using System.Buffers;
using Ropewalk.WebSockets.Wire;

namespace Ropewalk.Tests.WebSockets.Wire;

public sealed class WebSocketFrameFuzz
{
    [Fact]
    public void No_input_throws_and_none_writes_more_than_it_has()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            byte[] bytes = new byte[random.Next(1, 300)];
            random.NextBytes(bytes);
            bytes[0] = (byte)(random.Next(2) == 0 ? bytes[0] : 0x80 | random.Next(11));
            var decoder = new WebSocketFrameDecoder(random.Next(2) == 0 ? WebSocketRole.Client : WebSocketRole.Server, 1000);
            byte[] output = new byte[random.Next(1, 50)];
            int total = 0;
            int steps = 0;
            for (int at = 0; at < bytes.Length;)
            {
                WebSocketStep step = decoder.Decode(bytes.AsSpan(at, random.Next(1, bytes.Length - at + 1)), output, out int consumed, out int written);
                at += consumed;
                total += written;
                Assert.True(++steps <= 3 * bytes.Length, $"seed {seed}: it goes round in circles");
                if (step is WebSocketStep.Close or WebSocketStep.Violation)
                {
                    break;
                }
            }

            Assert.True(total <= bytes.Length, $"seed {seed}");
        }
    }

    [Fact]
    public void What_is_encoded_is_decoded_whatever_the_pieces()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            byte[] payload = new byte[random.Next(2) == 0 ? random.Next(200) : random.Next(70_000)];
            random.NextBytes(payload);
            uint? mask = random.Next(2) == 0 ? (uint)random.NextInt64(uint.MaxValue) : null;
            byte[] frame = new byte[payload.Length + WebSocketFrameEncoder.MaxHeaderBytes];
            frame = frame[..WebSocketFrameEncoder.Encode(frame, WebSocketOpcode.Binary, payload, mask)];
            Assert.Equal(WebSocketFrameEncoder.HeaderLength(payload.Length, mask is not null), frame.Length - payload.Length);
            var decoder = new WebSocketFrameDecoder(mask is null ? WebSocketRole.Client : WebSocketRole.Server, 100_000);
            var message = new ArrayBufferWriter<byte>();
            byte[] output = new byte[random.Next(1, 5000)];
            WebSocketStep step = WebSocketStep.NeedMore;
            for (int at = 0; at < frame.Length || step == WebSocketStep.OutputFull;)
            {
                step = decoder.Decode(frame.AsSpan(at, Math.Min(frame.Length - at, random.Next(1, 9000))), output, out int consumed, out int written);
                at += consumed;
                message.Write(output.AsSpan(0, written));
            }

            Assert.Equal(WebSocketStep.MessageEnd, step);
            Assert.True(message.WrittenSpan.SequenceEqual(payload), $"seed {seed}");
        }
    }
}
