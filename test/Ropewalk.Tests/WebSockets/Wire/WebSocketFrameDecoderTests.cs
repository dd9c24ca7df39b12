using System.Buffers;
using System.Text;
using Ropewalk.WebSockets;
using Ropewalk.WebSockets.Wire;

namespace Ropewalk.Tests.WebSockets.Wire;

/// <summary>Each rule of RFC 6455 §5 to §8; each vector is fed whole, byte by byte, and into an output of one byte.</summary>
public sealed class WebSocketFrameDecoderTests
{
    private static readonly byte[] Key = [0x37, 0xfa, 0x21, 0x3d];

    private static byte[] Frame(int first, byte[] payload, bool masked = false)
    {
        byte[] target = new byte[payload.Length + WebSocketFrameEncoder.MaxHeaderBytes];
        int length = WebSocketFrameEncoder.Encode(target, WebSocketOpcode.Binary, payload, masked ? WebSocketMask.Read(Key) : null);
        target[0] = (byte)first;
        return target[..length];
    }

    private static byte[] Frame(int first, string text, bool masked = false) => Frame(first, Encoding.UTF8.GetBytes(text), masked);

    private static string Decode(WebSocketRole role, params byte[][] frames) => Decode(role, 1000, frames);

    private static string Decode(WebSocketRole role, long max, params byte[][] frames)
    {
        byte[] bytes = [.. frames.SelectMany(frame => frame)];
        string whole = DecodeIn(bytes, role, max, bytes.Length + 1, 4096);
        Assert.Equal(whole, DecodeIn(bytes, role, max, 1, 4096));
        Assert.Equal(whole, DecodeIn(bytes, role, max, 3, 1));
        return whole;
    }

    private static string DecodeIn(byte[] bytes, WebSocketRole role, long max, int piece, int room)
    {
        var decoder = new WebSocketFrameDecoder(role, max);
        var told = new StringBuilder();
        var message = new ArrayBufferWriter<byte>();
        byte[] output = new byte[room];
        for (int at = 0; at < bytes.Length;)
        {
            ReadOnlySpan<byte> input = bytes.AsSpan(at, Math.Min(piece, bytes.Length - at));
            WebSocketStep step = decoder.Decode(input, output, out int consumed, out int written);
            message.Write(output.AsSpan(0, written));
            at += consumed;
            switch (step)
            {
                case WebSocketStep.MessageEnd:
                    told.Append(decoder.IsText ? "text " : "binary ").Append(Encoding.Latin1.GetString(message.WrittenSpan)).Append(';');
                    message.Clear();
                    break;
                case WebSocketStep.Ping:
                    told.Append("ping ").Append(Encoding.Latin1.GetString(decoder.ControlPayload)).Append(';');
                    break;
                case WebSocketStep.Pong or WebSocketStep.EmptyFragment:
                    told.Append(step).Append(';');
                    break;
                case WebSocketStep.Close:
                    return told.Append("close ").Append((int)decoder.CloseCode).Append(' ').Append(decoder.CloseReason).ToString().TrimEnd();
                case WebSocketStep.Violation:
                    return told.Append(decoder.Violation).ToString();
            }
        }

        return told.ToString();
    }

    /// <summary>RFC 6455 §5.1: who masks.</summary>
    public sealed class Masking
    {
        [Fact]
        public void A_client_that_does_not_mask_is_refused() =>
            Assert.Equal("UnmaskedClientFrame", Decode(WebSocketRole.Server, Frame(0x81, "Hello")));

        [Fact]
        public void A_server_that_masks_is_refused() =>
            Assert.Equal("MaskedServerFrame", Decode(WebSocketRole.Client, Frame(0x81, "Hello", masked: true)));

        [Fact]
        public void The_examples_of_section_5_7_are_read()
        {
            Assert.Equal("text Hello;", Decode(WebSocketRole.Client, [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]));
            Assert.Equal("text Hello;", Decode(WebSocketRole.Server, [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]));
            Assert.Equal("text Hello;", Decode(WebSocketRole.Client, [0x01, 0x03, 0x48, 0x65, 0x6c], [0x80, 0x02, 0x6c, 0x6f]));
            Assert.Equal("ping Hello;", Decode(WebSocketRole.Client, [0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f]));
        }

        [Fact]
        public void Unmasking_is_the_same_for_every_length_and_offset()
        {
            byte[] plain = new byte[200];
            new Random(3).NextBytes(plain);
            for (int offset = 0; offset < 8; offset++)
            {
                for (int length = 0; length < 150; length++)
                {
                    byte[] masked = new byte[length];
                    WebSocketMask.Apply(plain.AsSpan(0, length), masked, 0x3d21fa37, offset);
                    for (int i = 0; i < length; i++)
                    {
                        Assert.Equal((byte)(plain[i] ^ Key[(i + offset) % 4]), masked[i]);
                    }
                }
            }
        }
    }

    /// <summary>RFC 6455 §5.2: the header.</summary>
    public sealed class Header
    {
        [Theory]
        [InlineData(0xC1)]
        [InlineData(0xA1)]
        [InlineData(0x91)]
        [InlineData(0xC9)]
        public void A_reserved_bit_is_refused_at_the_first_byte(int first) => Assert.Equal("ReservedBit", Decode(WebSocketRole.Client, [(byte)first]));

        [Theory]
        [InlineData(0x83)]
        [InlineData(0x87)]
        [InlineData(0x8B)]
        [InlineData(0x8F)]
        public void A_reserved_opcode_is_refused_at_the_first_byte(int first) => Assert.Equal("ReservedOpcode", Decode(WebSocketRole.Client, [(byte)first]));

        [Fact]
        public void A_length_in_more_bytes_than_it_needs_is_refused()
        {
            Assert.Equal("LengthNotMinimal", Decode(WebSocketRole.Client, [0x82, 126, 0, 125]));
            Assert.Equal("LengthNotMinimal", Decode(WebSocketRole.Client, [0x82, 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]));
        }

        [Fact]
        public void A_length_of_64_bits_is_refused_at_its_first_byte() => Assert.Equal("LengthTooLarge", Decode(WebSocketRole.Client, [0x82, 127, 0x80]));

        [Theory]
        [InlineData(0)]
        [InlineData(125)]
        [InlineData(126)]
        [InlineData(65535)]
        [InlineData(65536)]
        public void Every_form_of_length_is_read_as_it_was_written(int length)
        {
            byte[] payload = new byte[length];
            Array.Fill(payload, (byte)'x');
            Assert.Equal($"binary {new string('x', length)};", Decode(WebSocketRole.Server, 100_000, Frame(0x82, payload, masked: true)));
        }
    }

    /// <summary>RFC 6455 §5.4: fragments.</summary>
    public sealed class Fragmentation
    {
        [Fact]
        public void Control_frames_come_between_fragments() =>
            Assert.Equal("ping x;Pong;text abc;", Decode(WebSocketRole.Client, Frame(0x01, "a"), Frame(0x89, "x"), Frame(0x00, "b"), Frame(0x8A, ""), Frame(0x80, "c")));

        [Fact]
        public void A_continuation_of_nothing_is_refused()
        {
            Assert.Equal("UnexpectedContinuation", Decode(WebSocketRole.Client, [0x80]));
            Assert.Equal("text a;UnexpectedContinuation", Decode(WebSocketRole.Client, Frame(0x81, "a"), [0x00]));
        }

        [Fact]
        public void A_message_inside_another_is_refused() =>
            Assert.Equal("InterleavedMessage", Decode(WebSocketRole.Client, Frame(0x01, "a"), [0x82]));

        [Fact]
        public void An_empty_fragment_is_told() => Assert.Equal("EmptyFragment;EmptyFragment;text ;", Decode(WebSocketRole.Client, Frame(0x01, ""), Frame(0x00, ""), Frame(0x80, "")));
    }

    /// <summary>RFC 6455 §5.5: control frames.</summary>
    public sealed class Control
    {
        [Theory]
        [InlineData(0x08)]
        [InlineData(0x09)]
        [InlineData(0x0A)]
        public void Fragments_of_control_frames_are_refused(int first) => Assert.Equal("FragmentedControl", Decode(WebSocketRole.Client, [(byte)first]));

        [Fact]
        public void Long_control_frames_are_refused_before_their_payload()
        {
            Assert.Equal("ControlTooLong", Decode(WebSocketRole.Client, [0x89, 126]));
            Assert.Equal("ControlTooLong", Decode(WebSocketRole.Server, [0x88, 0xFF]));
            Assert.Equal($"ping {new string('p', 125)};", Decode(WebSocketRole.Server, Frame(0x89, new string('p', 125), masked: true)));
        }

        [Fact]
        public void Nothing_counts_after_a_close()
        {
            Assert.Equal("close 1005", Decode(WebSocketRole.Client, Frame(0x88, ""), Frame(0x81, "late")));
            Assert.Equal("close 1000 bye", Decode(WebSocketRole.Client, Frame(0x88, [0x03, 0xE8, .. "bye"u8]), [0xFF]));
        }

        [Theory]
        [InlineData(999)]
        [InlineData(1004)]
        [InlineData(1005)]
        [InlineData(1006)]
        [InlineData(1015)]
        [InlineData(1016)]
        [InlineData(2999)]
        [InlineData(5000)]
        [InlineData(65535)]
        public void Codes_that_must_not_be_sent_are_refused(int code) =>
            Assert.Equal("InvalidCloseCode", Decode(WebSocketRole.Client, Frame(0x88, [(byte)(code >> 8), (byte)code])));

        [Theory]
        [InlineData(1000)]
        [InlineData(1003)]
        [InlineData(1007)]
        [InlineData(1014)]
        [InlineData(3000)]
        [InlineData(4999)]
        public void Codes_that_may_be_sent_are_taken(int code) =>
            Assert.Equal($"close {code}", Decode(WebSocketRole.Client, Frame(0x88, [(byte)(code >> 8), (byte)code])));

        [Fact]
        public void Half_a_code_and_a_reason_that_is_not_text_are_refused()
        {
            Assert.Equal("CloseTooShort", Decode(WebSocketRole.Client, Frame(0x88, [0x03])));
            Assert.Equal("InvalidCloseReason", Decode(WebSocketRole.Client, Frame(0x88, [0x03, 0xE8, 0xFF])));
        }
    }

    /// <summary>RFC 6455 §8.1: text is UTF-8.</summary>
    public sealed class Text
    {
        [Fact]
        public void A_character_may_be_cut_by_a_fragment() =>
            Assert.Equal($"text {Encoding.Latin1.GetString("a\U0001F600"u8)};", Decode(WebSocketRole.Client, Frame(0x01, [0x61, 0xF0, 0x9F]), Frame(0x00, [0x98]), Frame(0x80, [0x80])));

        [Theory]
        [InlineData("ff")]
        [InlineData("c080")]
        [InlineData("eda080")]
        [InlineData("f4908080")]
        [InlineData("80")]
        [InlineData("e28261")]
        public void What_no_utf8_has_is_refused_wherever_it_is_cut(string hex)
        {
            byte[] bytes = Convert.FromHexString(hex);
            for (int cut = 0; cut <= bytes.Length; cut++)
            {
                Assert.EndsWith("InvalidUtf8", Decode(WebSocketRole.Client, Frame(0x01, [0x61, .. bytes[..cut]]), Frame(0x80, bytes[cut..])), StringComparison.Ordinal);
            }
        }

        [Fact]
        public void It_is_refused_at_the_byte_and_not_at_the_end() => Assert.Equal("InvalidUtf8", Decode(WebSocketRole.Client, [0x81, 0x7D, 0x61, 0xFF]));

        [Fact]
        public void A_text_that_ends_inside_a_character_is_refused() => Assert.Equal("InvalidUtf8", Decode(WebSocketRole.Client, Frame(0x81, [0xE2, 0x82])));

        [Fact]
        public void Binary_is_anything() => Assert.Equal("binary \u00FF;", Decode(WebSocketRole.Client, Frame(0x82, [0xFF])));
    }

    /// <summary>RFC 6455 §10.4: limits.</summary>
    public sealed class Limits
    {
        [Fact]
        public void A_giant_length_is_refused_before_a_byte_of_it() =>
            Assert.Equal("MessageTooBig", Decode(WebSocketRole.Server, [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]));

        [Fact]
        public void Fragments_count_together() =>
            Assert.Equal("MessageTooBig", Decode(WebSocketRole.Client, 200, Frame(0x02, new byte[101]), [0x00, 100]));

        [Fact]
        public void The_next_message_counts_anew() => Assert.StartsWith("binary ", Decode(WebSocketRole.Client, 200, Frame(0x82, new byte[125]), Frame(0x82, new byte[125])), StringComparison.Ordinal);
    }
}
