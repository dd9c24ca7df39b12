namespace Ropewalk.Testing;

/// <summary>Is what the playing side of a transcript hears.</summary>
/// <param name="Kind">Whether something came.</param>
/// <param name="Bytes">What came, where it is bytes.</param>
internal readonly record struct Heard(HeardKind Kind, byte[] Bytes)
{
    public static Heard Nothing => new(HeardKind.Nothing, []);

    public static Heard End => new(HeardKind.End, []);

    public static Heard Reset => new(HeardKind.Reset, []);

    public static Heard Of(byte[] bytes) => new(HeardKind.Bytes, bytes);
}
