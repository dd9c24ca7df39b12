using System.Globalization;
using System.Text;

namespace Ropewalk.Web.Tests.Static;

/// <summary>A response as it came over the wire.</summary>
internal sealed class RawResponse
{
    public required int Status { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Fields { get; init; }

    public required byte[] Body { get; init; }

    public string Text => Encoding.UTF8.GetString(Body);

    public string? this[string name]
    {
        get
        {
            string[] values = [.. Fields.Where(f => f.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value)];
            return values.Length == 0 ? null : string.Join(", ", values);
        }
    }

    /// <summary>Takes the next response out of what came; null if it is not complete.</summary>
    public static RawResponse? TryParse(ReadOnlySpan<byte> bytes, bool isHead, out int consumed)
    {
        consumed = 0;
        int end = bytes.IndexOf("\r\n\r\n"u8);
        if (end < 0) return null;
        string[] lines = Encoding.ASCII.GetString(bytes[..end]).Split("\r\n");
        int status = int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture);
        KeyValuePair<string, string>[] fields = [.. lines.Skip(1).Select(l => l.Split(": ", 2)).Select(p => KeyValuePair.Create(p[0], p[1]))];
        ReadOnlySpan<byte> rest = bytes[(end + 4)..];
        RawResponse head = new() { Status = status, Fields = fields, Body = [] };
        consumed = end + 4;
        if (isHead || status is 204 or 304 or < 200) return head;
        if (head["Transfer-Encoding"] == "chunked")
        {
            if (Dechunk(rest, out int used) is not { } body) return null;
            consumed += used;
            return new RawResponse { Status = status, Fields = fields, Body = body };
        }
        int length = int.Parse(head["Content-Length"] ?? "0", CultureInfo.InvariantCulture);
        if (rest.Length < length) return null;
        consumed += length;
        return new RawResponse { Status = status, Fields = fields, Body = rest[..length].ToArray() };
    }

    private static byte[]? Dechunk(ReadOnlySpan<byte> rest, out int used)
    {
        MemoryStream body = new();
        used = 0;
        while (true)
        {
            int line = rest[used..].IndexOf("\r\n"u8);
            if (line < 0) return null;
            int size = int.Parse(Encoding.ASCII.GetString(rest.Slice(used, line)), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            used += line + 2;
            if (rest.Length < used + size + 2) return null;
            body.Write(rest.Slice(used, size));
            used += size + 2;
            if (size == 0) return body.ToArray();
        }
    }
}
