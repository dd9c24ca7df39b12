using System.Buffers;
using System.Text;
using Ropewalk.Framing;
using Ropewalk.WebSockets.Wire;

namespace Ropewalk.Tests.WebSockets.Wire;

public sealed class HandshakeResponseDecoderTests
{
    private static readonly WebSocketRequest Asked = new("/", "", "host", null, "dGhlIHNhbXBsZSBub25jZQ==", ["chat", "other"]);

    private static (DecodeStatus Status, string? Protocol, string? Fault, long Left) Decode(string text)
    {
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(text)));
        DecodeStatus status = HandshakeResponseDecoder.Decode(ref reader, Asked, out string? protocol, out string? fault);
        return (status, protocol, fault, reader.Remaining);
    }

    private static string Good()
    {
        var output = new ArrayBufferWriter<byte>();
        HandshakeEncoder.EncodeAccept(Asked.Key, "chat", output);
        return Encoding.Latin1.GetString(output.WrittenSpan);
    }

    [Fact]
    public void What_is_encoded_is_decoded_and_frames_stay_behind_it() => Assert.Equal((DecodeStatus.Frame, "chat", null, 3), Decode(Good() + "abc"));

    [Theory]
    [InlineData("101 Switching Protocols", "200 OK", "the server answered 200 OK")]
    [InlineData("HTTP/1.1", "HTTP/1.0", "the answer is not HTTP/1.1")]
    [InlineData("Upgrade: websocket", "Upgrade: h2c", "the server switched to something else")]
    [InlineData("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "S3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "the server has not read the key (Sec-WebSocket-Accept)")]
    [InlineData("Protocol: chat", "Protocol: third", "the server chose a subprotocol that was not offered")]
    [InlineData("Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Extensions: permessage-deflate", "the server uses an extension that was not asked for")]
    public void What_is_not_right_does_not_open(string right, string wrong, string fault) =>
        Assert.Equal(fault, Decode(Good().Replace(right, wrong, StringComparison.Ordinal)).Fault);
}
