using System.Buffers;
using System.Text;
using Finger.Wire;
using Ropewalk.Testing;

namespace Finger.Tests.Wire;

public sealed class FingerAnswerTests
{
    /// <summary>RFC 1288 §2.2: lines that end with CRLF.</summary>
    public sealed class LinesOfAnAnswer
    {
        [Theory]
        [InlineData("", "")]
        [InlineData("one", "one\r\n")]
        [InlineData("one\n", "one\r\n")]
        [InlineData("one\ntwo\r\nthree\rfour", "one\r\ntwo\r\nthree\r\nfour\r\n")]
        [InlineData("one\n\ntwo\n\n", "one\r\n\r\ntwo\r\n\r\n")]
        [InlineData("a\tb\u001b[31mc\u0007\u009bd", "a\tb[31mcd\r\n")]
        public void Text(string text, string encoded)
        {
            ArrayBufferWriter<byte> output = new();
            new FingerAnswerEncoder().Encode(text, output);
            Assert.Equal(encoded, Encoding.UTF8.GetString(output.WrittenSpan));
        }
    }

    /// <summary>RFC 1288 §3.3: client security.</summary>
    public sealed class ClientSecurity
    {
        private const string Nasty = "a\tb\r\nc\u001b[2J\u0007d\u007fe\u009bf\u00e9\nlast\r";

        [Fact]
        public void ByDefaultOnlyPrintableAsciiTabsAndBreaksAreLeft() => Assert.Equal("a\tb\nc[2Jdef\nlast", Decode(new FingerAnswerDecoder()));

        [Fact]
        public void InternationalTextMayBeLeftInAndItsControlsStayOut() =>
            Assert.Equal("a\tb\nc[2Jdef\u00e9\nlast", Decode(new FingerAnswerDecoder(allowsInternational: true)));

        [Fact]
        public void ControlsMayBeLeftIn() =>
            Assert.Equal("a\tb\nc\u001b[2J\u0007d\u007fe\u009bf\u00e9\nlast\r", Decode(new FingerAnswerDecoder(allowsInternational: true, allowsControls: true)));

        private static string Decode(FingerAnswerDecoder decoder)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(Nasty);
            string whole = decoder.Decode(new ReadOnlySequence<byte>(bytes));
            Assert.Equal(whole, decoder.Decode(SplitSequence.Every(bytes, 1)));
            return whole;
        }
    }
}
