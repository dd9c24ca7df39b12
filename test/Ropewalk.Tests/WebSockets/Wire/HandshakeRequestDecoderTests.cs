using System.Buffers;
using System.Text;
using Ropewalk.Framing;
using Ropewalk.WebSockets.Wire;

namespace Ropewalk.Tests.WebSockets.Wire;

public sealed class HandshakeRequestDecoderTests
{
    private const string Good = "GET /chat?x=1 HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://example.com\r\nSec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Version: 13\r\n\r\n";

    private static (DecodeStatus Status, WebSocketRequest? Request, HandshakeRefusal? Refusal) Decode(string text)
    {
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(text)));
        return (HandshakeRequestDecoder.Decode(ref reader, out WebSocketRequest? request, out HandshakeRefusal? refusal), request, refusal);
    }

    [Fact]
    public void The_example_of_the_rfc_is_read()
    {
        WebSocketRequest request = Decode(Good).Request!;
        Assert.Equal(("/chat", "x=1", "server.example.com", "http://example.com"), (request.Path, request.Query, request.Host, request.Origin));
        Assert.Equal(["chat", "superchat"], request.Protocols);
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", WebSocketKey.Accept(request.Key));
    }

    [Fact]
    public void A_part_of_it_is_waited_for()
    {
        for (int length = 0; length < Good.Length; length++)
        {
            Assert.Equal(DecodeStatus.NeedMore, Decode(Good[..length]).Status);
        }
    }

    [Theory]
    [InlineData(400, "GET /chat?x=1 HTTP/1.1", "GET  /chat HTTP/1.1")]
    [InlineData(400, "GET /chat?x=1 HTTP/1.1", "GET /chat")]
    [InlineData(400, "GET /chat?x=1 HTTP/1.1", "GET chat HTTP/1.1")]
    [InlineData(400, "/chat?x=1", "/chat#part")]
    [InlineData(505, "HTTP/1.1", "HTTP/1.0")]
    [InlineData(505, "HTTP/1.1", "HTTP/2.0")]
    [InlineData(405, "GET", "POST")]
    [InlineData(400, "Host: server.example.com\r\n", "")]
    [InlineData(400, "Host: server.example.com\r\n", "Host: a\r\nHost: b\r\n")]
    [InlineData(400, "Host: server", "Host : server")]
    [InlineData(400, "Host: server.example.com", "Host: a@b")]
    [InlineData(400, "Upgrade: websocket\r\n", "Upgrade: websocket\r\n folded\r\n")]
    [InlineData(400, "Upgrade: websocket\r\n", "Upgrade: websocket\nX: y\r\n")]
    [InlineData(400, "Upgrade: websocket\r\n", "Upgrade: websocket\rX: y\r\n")]
    [InlineData(400, "Upgrade: websocket", "Upgrade: web\0socket")]
    [InlineData(400, "Upgrade: websocket\r\n", "Upgrade: websocket\r\nno colon\r\n")]
    [InlineData(426, "Upgrade: websocket\r\n", "")]
    [InlineData(426, "Upgrade: websocket", "Upgrade: h2c")]
    [InlineData(426, "keep-alive, Upgrade", "keep-alive")]
    [InlineData(426, "Version: 13", "Version: 8")]
    [InlineData(426, "Sec-WebSocket-Version: 13\r\n", "")]
    [InlineData(400, "Sec-WebSocket-Version: 13\r\n", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 8\r\n")]
    [InlineData(400, "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25j")]
    [InlineData(400, "dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=!")]
    [InlineData(400, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "")]
    [InlineData(400, "chat, superchat", "chat, chat")]
    [InlineData(400, "chat, superchat", "ch at")]
    [InlineData(400, "chat, superchat", ",")]
    [InlineData(400, "Origin: http://example.com\r\n", "Origin: http://example.com\r\nOrigin: http://evil.example\r\n")]
    public void What_is_not_right_is_answered(int status, string right, string wrong)
    {
        Assert.Contains(right, Good, StringComparison.Ordinal);
        HandshakeRefusal? refusal = Decode(Good.Replace(right, wrong, StringComparison.Ordinal)).Refusal;
        Assert.Equal(status, refusal?.Status);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n")]
    [InlineData("Content-Length: 0\r\nContent-Length: 5\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n")]
    public void A_body_is_refused(string field) => Assert.Equal(400, Decode(Good.Replace("\r\n\r\n", "\r\n" + field + "\r\n", StringComparison.Ordinal)).Refusal?.Status);

    [Theory]
    [InlineData("GET /admin HTTP/1.1\r\nHost: inside\r\n\r\n")]
    [InlineData("\u0081\u0085")]
    public void What_comes_before_the_answer_is_refused(string behind) => Assert.Equal(400, Decode(Good + behind).Refusal?.Status);

    [Fact]
    public void A_whole_uri_is_taken_and_its_host_counts()
    {
        WebSocketRequest request = Decode(Good.Replace("/chat?x=1", "http://other.example:81/chat", StringComparison.Ordinal)).Request!;
        Assert.Equal(("/chat", "other.example:81"), (request.Path, request.Host));
        Assert.Equal(400, Decode(Good.Replace("/chat?x=1", "http://evil.example?.ours/", StringComparison.Ordinal)).Refusal?.Status);
    }

    [Fact]
    public void A_header_block_is_bounded()
    {
        string bomb = Good[..^2] + "X: " + new string('x', HeaderBlockDecoder.MaxBytes);
        Assert.Equal(431, Decode(bomb).Refusal?.Status);
        Assert.Equal(431, Decode(Good[..^2] + string.Concat(Enumerable.Repeat("a:b\r\n", 2000))).Refusal?.Status);
    }

    [Theory]
    [InlineData("\u0016\u0003\u0001")]
    [InlineData("\r\n")]
    [InlineData("get")]
    public void What_is_no_http_is_told_at_once(string text) => Assert.Equal(400, Decode(text).Refusal?.Status);

    [Fact]
    public void No_request_throws()
    {
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            char[] text = Good.ToCharArray();
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                text[random.Next(text.Length)] = (char)random.Next(256);
            }

            (DecodeStatus status, WebSocketRequest? request, HandshakeRefusal? refusal) = Decode(new string(text));
            Assert.True(status switch { DecodeStatus.Frame => request is not null && refusal is null, DecodeStatus.Violation => refusal is not null && request is null, _ => true }, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("http://CHAT.example.org:8080", true)]
    [InlineData("https://chat.example.org:8080", true)]
    [InlineData("https://chat.example.org", false)]
    [InlineData("http://chat.example.org:81", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("https://chat.example.org.evil.example", false)]
    [InlineData("https://chat.example.org@evil.example", false)]
    [InlineData("null", false)]
    [InlineData("chat.example.org", false)]
    public void By_default_pages_of_the_same_host_may_connect(string? origin, bool allowed) =>
        Assert.Equal(allowed, WebSocketOrigin.IsAllowed(origin, "chat.example.org:8080", []));

    [Theory]
    [InlineData("http://a.example", "a.example", true)]
    [InlineData("https://a.example", "a.example", true)]
    [InlineData("http://a.example:80", "a.example", true)]
    [InlineData("https://a.example", "a.example:443", true)]
    [InlineData("http://a.example", "a.example:443", false)]
    [InlineData("http://a.example:8080", "a.example", false)]
    [InlineData("http://[::1]:81", "[::1]:81", true)]
    [InlineData("http://[::1]:82", "[::1]:81", false)]
    [InlineData("http://a.example:x", "a.example:x", false)]
    public void A_port_that_is_not_said_is_the_schemes(string origin, string host, bool allowed) => Assert.Equal(allowed, WebSocketOrigin.IsAllowed(origin, host, []));

    [Theory]
    [InlineData("*", true)]
    [InlineData("a.example", true)]
    [InlineData("[::1]", true)]
    [InlineData("https://a.example:444", true)]
    [InlineData("https://[::1]:444", true)]
    [InlineData("a.example:444", false)]
    [InlineData("https://a.example:port", false)]
    [InlineData("https://a.example/", false)]
    [InlineData("https://a.example/chat", false)]
    [InlineData("://a.example", false)]
    [InlineData("", false)]
    public void What_could_never_fit_is_no_item(string item, bool isOne) => Assert.Equal(isOne, WebSocketOrigin.IsItem(item));

    [Fact]
    public void A_default_port_may_be_said() => Assert.True(WebSocketOrigin.IsAllowed("https://a.example", "x", ["https://a.example:443"]));

    [Theory]
    [InlineData("https://a.example", true)]
    [InlineData("http://a.example", false)]
    [InlineData("https://a.example:444", false)]
    [InlineData("http://b.example:81", true)]
    [InlineData("https://chat.example.org", false)]
    [InlineData("null", false)]
    public void Named_origins_replace_that(string origin, bool allowed)
    {
        Assert.Equal(allowed, WebSocketOrigin.IsAllowed(origin, "chat.example.org", ["https://a.example", "b.example"]));
        Assert.True(WebSocketOrigin.IsAllowed(origin, "chat.example.org", ["*"]));
    }
}
