using System.Globalization;
using System.Text;

namespace Ropewalk.Web.Static.Wire;

/// <summary>Frames several parts of one representation as <c>multipart/byteranges</c>.</summary>
/// <remarks><b>Spec</b>: RFC 9110 §14.6, RFC 2046 §5.1.1.</remarks>
public sealed class MultipartRanges
{
    private readonly byte[][] _heads;
    private readonly byte[] _end;

    /// <summary>Prepares the frame.</summary>
    /// <param name="ranges">The parts, at least two.</param>
    /// <param name="totalBytes">The whole representation's length.</param>
    /// <param name="contentType">The representation's own type.</param>
    /// <param name="boundary">1 to 70 letters and digits that are not in the content: take unpredictable ones.</param>
    public MultipartRanges(IReadOnlyList<ByteRange> ranges, long totalBytes, string contentType, string boundary)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        Ranges = ranges;
        ContentType = $"multipart/byteranges; boundary={boundary}";
        _heads = new byte[ranges.Count][];
        _end = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
        long length = _end.Length;
        for (int i = 0; i < ranges.Count; i++)
        {
            string open = i == 0 ? "--" : "\r\n--";
            _heads[i] = Encoding.ASCII.GetBytes(
                $"{open}{boundary}\r\nContent-Type: {contentType}\r\nContent-Range: {ContentRange(ranges[i], totalBytes)}\r\n\r\n");
            length += _heads[i].Length + ranges[i].LengthBytes;
        }
        LengthBytes = length;
    }

    /// <summary>Gets the parts.</summary>
    public IReadOnlyList<ByteRange> Ranges { get; }

    /// <summary>Gets the length of the whole body.</summary>
    public long LengthBytes { get; }

    /// <summary>Gets the body's type.</summary>
    public string ContentType { get; }

    /// <summary>Gets what stands behind the last part.</summary>
    public ReadOnlyMemory<byte> End => _end;

    /// <summary>Gets what stands before a part.</summary>
    /// <param name="part">The part's index.</param>
    /// <returns>The delimiter and the part's header.</returns>
    public ReadOnlyMemory<byte> Head(int part) => _heads[part];

    /// <summary>Writes a <c>Content-Range</c> value (RFC 9110 §14.4).</summary>
    /// <param name="range">The part.</param>
    /// <param name="totalBytes">The whole representation's length.</param>
    /// <returns><c>bytes first-last/total</c>.</returns>
    public static string ContentRange(ByteRange range, long totalBytes) =>
        string.Create(CultureInfo.InvariantCulture, $"bytes {range.Start}-{range.Last}/{totalBytes}");
}
