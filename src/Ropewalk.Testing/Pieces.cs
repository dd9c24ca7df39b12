namespace Ropewalk.Testing;

/// <summary>Cuts bytes as a <see cref="Delivery"/> says.</summary>
internal static class Pieces
{
    public static IEnumerable<ReadOnlyMemory<byte>> Of(ReadOnlyMemory<byte> bytes, Delivery delivery)
    {
        while (bytes.Length > 0)
        {
            int length = delivery switch
            {
                Delivery.PerByte => 1,
                Delivery.PerLine => bytes.Span.IndexOf((byte)'\n') is var end and >= 0 ? end + 1 : bytes.Length,
                _ => bytes.Length,
            };
            yield return bytes[..length];
            bytes = bytes[length..];
        }
    }
}
