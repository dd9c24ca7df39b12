using System.Text;
using Ropewalk.Web.Static.Wire;

namespace Ropewalk.Web.Tests.Static.Wire;

public sealed class MultipartRangesTests
{
    [Fact]
    public void Frames_parts_and_knows_their_length()
    {
        MultipartRanges parts = new([new ByteRange(0, 2), new ByteRange(8, 2)], 10, "text/plain", "B");
        string body = Encoding.ASCII.GetString(parts.Head(0).Span) + "ab" + Encoding.ASCII.GetString(parts.Head(1).Span) + "ij" + Encoding.ASCII.GetString(parts.End.Span);
        Assert.Equal(
            "--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\nab"
            + "\r\n--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 8-9/10\r\n\r\nij"
            + "\r\n--B--\r\n",
            body);
        Assert.Equal(body.Length, parts.LengthBytes);
        Assert.Equal("multipart/byteranges; boundary=B", parts.ContentType);
    }
}
